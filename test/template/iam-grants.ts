import type { TemplateValue } from "../../src/platforms/local/template/load-template.ts";
import { asList, at, chosen, type GivenParameters, property } from "./read-project-template.ts";

/**
 * Every action that a role allows with these parameters, as `<action> on <resource>`. Throws for a statement that it
 * cannot read.
 */
export function grantsOf(roleId: string, parameters: GivenParameters = {}): ReadonlySet<string> {
  const statements = asList(chosen(property(roleId, "Policies"), parameters)).flatMap((policy) =>
    asList(at(policy, "PolicyDocument", "Statement")),
  );
  const unreadable = statements.find((statement) => {
    return ["Effect", "Action", "Resource"].some((key) => at(statement, key) === undefined);
  });
  if (unreadable !== undefined)
    throw new Error(`${roleId} has a statement of another form: ${JSON.stringify(unreadable)}`);
  const allowed = statements.filter((statement) => at(statement, "Effect") === "Allow");
  return new Set(
    allowed.flatMap((statement) =>
      asList(at(statement, "Action")).flatMap((action) =>
        asList(at(statement, "Resource")).map((resource) => `${action} on ${nameResource(resource)}`),
      ),
    ),
  );
}

/**
 * A resource by its logical id, with what is below it: `WorkflowTable/index/by-check-at`, `PayloadBucket/*` for objects
 * of a bucket (permissions.test.ts has their folders), `SecretNamePrefix*` and `EventBusName` for what a parameter names.
 * Anything else, a wildcard above all, is given back as it stands.
 */
export function nameResource(resource: TemplateValue | undefined): string {
  const id = at(resource, "Ref") ?? (at(resource, "Fn::GetAtt", 1) === "Arn" && at(resource, "Fn::GetAtt", 0));
  if (typeof id === "string") return id;
  const [, parameter] = /\$\{(Secret\w+)\}\*$/.exec(String(at(resource, "Fn::Sub"))) ?? [];
  if (parameter !== undefined) return `${parameter}*`;
  const [, bus] = /:event-bus\/\$\{(\w+)\}$/.exec(String(at(resource, "Fn::Sub"))) ?? [];
  if (bus !== undefined) return bus;
  const [, parent, path] = /^\$\{(\w+)\.Arn\}\/(.+)$/.exec(String(at(resource, "Fn::Sub"))) ?? [];
  if (parent === undefined || path === undefined) return JSON.stringify(resource);
  return path.endsWith("*") ? `${parent}/*` : `${parent}/${path}`;
}
