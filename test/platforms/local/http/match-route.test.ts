import { describe, expect, it } from "vitest";
import { matchRoute } from "../../../../src/platforms/local/http/match-route.ts";

const routes = [
  "GET /workflows/{workflowId}",
  "POST /workflows",
  "GET /workflows/mine",
  "ANY /workflows/{proxy+}",
  "GET /a.b",
].map((key) => {
  const [method = "", path = ""] = key.split(" ");
  return { functionId: "F", method, path, hasAuthorizer: true };
});

describe("a request goes to the most specific route", () => {
  it.each([
    ["GET", "/workflows/w 1", "GET /workflows/{workflowId}", { workflowId: "w 1" }],
    ["GET", "/workflows/mine", "GET /workflows/mine", {}],
    ["POST", "/workflows", "POST /workflows", {}],
    ["POST", "/workflows/", "POST /workflows", {}],
    ["POST", "/workflows/w/resume", "ANY /workflows/{proxy+}", { proxy: "w/resume" }],
    ["DELETE", "/workflows/w", "ANY /workflows/{proxy+}", { proxy: "w" }],
  ])("%s %s", (method, path, routeKey, pathParameters) => {
    expect(matchRoute(routes, method, path)).toMatchObject({ routeKey, pathParameters });
  });

  it.each([
    ["GET", "/workflows"],
    ["GET", "/"],
    ["GET", "/axb"],
    ["PUT", "/other"],
  ])("%s %s has none", (method, path) => {
    expect(matchRoute(routes, method, path)).toBeUndefined();
  });

  it("$default takes what is left", () => {
    const all = [...routes, { functionId: "F", method: "ANY", path: "$default", hasAuthorizer: true }];
    expect(matchRoute(all, "PUT", "/other")?.routeKey).toBe("$default");
    expect(matchRoute(all, "POST", "/workflows")?.routeKey).toBe("POST /workflows");
  });
});
