import type { RouteSpec } from "../template/application.ts";

/** A route that a request fits, and the decoded parts of its path. */
export interface RouteMatch {
  readonly route: RouteSpec;
  /** `POST /workflows/{workflowId}/resume`, or `$default`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request as an HTTP API does: the path with the most fixed parts first, a greedy `{name+}` after
 * that, `$default` last; a method before `ANY`. Returns undefined when none fits.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(routes: readonly RouteSpec[], method: string, path: string): RouteMatch | undefined {
  const matches = routes.flatMap((route) => {
    if (route.method !== "ANY" && route.method !== method) return [];
    if (route.path === "$default") return { route, routeKey: "$default", pathParameters: {} };
    const pathParameters = matchPath(route.path, path);
    return pathParameters ? { route, routeKey: `${route.method} ${route.path}`, pathParameters } : [];
  });
  return matches.toSorted((a, b) => rankOf(b.route) - rankOf(a.route))[0];
}

function matchPath(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const parts = template.split("/").map((part) => {
    const parameter = /^\{(.+?)(\+?)\}$/.exec(part);
    if (parameter === null) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(parameter[1] ?? "");
    return parameter[2] === "+" ? "(.+)" : "([^/]+)";
  });
  const match = new RegExp(`^${parts.join("/")}/?$`, "s").exec(path);
  if (match === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ""]));
}

function rankOf(route: RouteSpec): number {
  if (route.path === "$default") return 0;
  const parts = route.path.split("/");
  const fixed = parts.filter((part) => !part.startsWith("{")).length;
  const isGreedy = route.path.includes("+}");
  return (isGreedy ? 0 : 10_000) + fixed * 10 + (route.method === "ANY" ? 1 : 2);
}
