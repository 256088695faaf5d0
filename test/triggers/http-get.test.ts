import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const route = "GET /workflows/{workflowId}";

describe("GET /workflows/{workflowId}", () => {
  test("reads a workflow", () => {
    const command = { type: "get", workflowId: "order-2003" };
    const by = "arn:aws:iam::123456789012:user/ops";
    expect(parseEvent(readSample("http-get.json"), bindings)).toEqual({ type: "http", command, by });
  });

  test("decodes the id", () => {
    const event = request(route, { pathParameters: { workflowId: "tenant%3Aorder-1" } });
    expect(parseEvent(event, bindings)).toMatchObject({ command: { workflowId: "tenant:order-1" } });
  });

  test.each(["", "%", "..", "a%2Fb", "a b", "__proto__", "x".repeat(129)])("refuses the id %j", (workflowId) => {
    expect(errorOf(request(route, { pathParameters: { workflowId } }))).toMatchObject({
      code: "input.invalid",
      path: "$.pathParameters.workflowId",
    });
  });

  test.each([undefined, null, {}])("refuses path parameters that are %j", (pathParameters) => {
    expect(errorOf(request(route, { pathParameters })).path).toBe("$.pathParameters.workflowId");
  });
});
