import { describe, expect, test } from "vitest";
import { writeHistoryCursor, writeListCursor } from "../../src/contracts/cursor.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request, requestWith } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const by = "arn:aws:iam::123456789012:user/ops";
const pathParameters = { workflowId: "order-2003" };
const commandOf = (event: unknown) => {
  const parsed = parseEvent(event, bindings);
  return parsed.type === "http" ? parsed.command : undefined;
};

test.each([
  [
    "http-list.json",
    {
      type: "list",
      status: "failed",
      definitionId: "order-fulfilment",
      startedFrom: Date.UTC(2026, 10, 1),
      limit: 20,
    },
  ],
  ["http-history.json", { type: "history", workflowId: "order-2003", from: 0, limit: 50 }],
  [
    "http-cancel.json",
    { type: "cancel", schemaVersion: 1, workflowId: "order-2003", reason: "The customer changed their mind" },
  ],
  ["http-retry.json", { type: "retry", schemaVersion: 1, workflowId: "order-2003", version: 5 }],
  ["http-delete.json", { type: "erase", workflowId: "order-2003" }],
  ["http-definitions.json", { type: "definitions" }],
  ["http-definition.json", { type: "definitions", definitionId: "order-fulfilment" }],
])("%s asks for one thing, for the caller whom IAM let through", (file, command) => {
  expect(parseEvent(readSample(file), bindings)).toEqual({ type: "http", command, by });
});

describe("GET /workflows", () => {
  const list = (queryStringParameters: unknown) => request("GET /workflows", { queryStringParameters });

  test.each([undefined, null, {}])("lists everything, 50 at a time, with the query %j", (query) => {
    expect(commandOf(list(query))).toEqual({ type: "list", limit: 50 });
  });

  test("goes on after the place that its cursor names, and splits a tag at its first colon", () => {
    const after = { startedAt: 7, workflowId: "w" };
    expect(commandOf(list({ cursor: writeListCursor(after), tag: "url:https://a.example" }))).toEqual({
      type: "list",
      limit: 50,
      after,
      tag: { name: "url", value: "https://a.example" },
    });
  });

  test("takes a time to the millisecond, in any zone", () => {
    const query = { startedFrom: "2026-11-24T18:00:00.001Z", startedBefore: "2026-11-24T20:00:00+01:00" };
    expect(commandOf(list(query))).toMatchObject({
      startedFrom: Date.UTC(2026, 10, 24, 18, 0, 0, 1),
      startedBefore: Date.UTC(2026, 10, 24, 19),
    });
  });

  test.each([
    [{ page: "2" }, "$.query.page"],
    [JSON.parse('{"__proto__":"x"}'), "$.query.__proto__"],
    [{ limit: "0" }, "$.query.limit"],
    [{ status: "running" }, "$.query.status"],
    [{ tag: "customer" }, "$.query.tag"],
    [{ startedFrom: "2026-02-30T00:00:00Z" }, "$.query.startedFrom"],
    [{ cursor: writeHistoryCursor(1) }, "$.query.cursor"],
    [["limit"], "$.query"],
    ["limit=1", "$.query"],
  ])("refuses the query %j at %s", (query, path) => {
    expect(errorOf(list(query))).toMatchObject({ code: "input.invalid", path });
  });
});

describe("GET /workflows/{workflowId}/history", () => {
  const route = "GET /workflows/{workflowId}/history";

  test("goes on with the version that its cursor names", () => {
    const queryStringParameters = { cursor: writeHistoryCursor(12) };
    expect(commandOf(request(route, { pathParameters, queryStringParameters }))).toMatchObject({
      from: 12,
      limit: 100,
    });
  });

  test("refuses a cursor of another list", () => {
    const queryStringParameters = { cursor: writeListCursor({ startedAt: 7, workflowId: "w" }) };
    expect(errorOf(request(route, { pathParameters, queryStringParameters })).path).toBe("$.query.cursor");
  });
});

describe.each(["cancel", "retry"])("POST /workflows/{workflowId}/%s", (action) => {
  const route = `POST /workflows/{workflowId}/${action}`;

  test.each([undefined, null, "", "{}"])("takes the body %j for an empty one", (body) => {
    const command = { type: action, schemaVersion: 1, workflowId: "order-2003" };
    expect(commandOf(request(route, { pathParameters, body }))).toEqual(command);
  });

  test.each([[[]], [{ why: 1 }], [{ reason: 1, version: "1" }], ["cancel"], [null]])("refuses the body %j", (body) => {
    expect(errorOf(requestWith(route, body, { pathParameters })).code).toBe("input.invalid");
  });
});

test("GET /definitions/{definitionId} decodes the id, and refuses what is none", () => {
  const named = (definitionId: string) =>
    request("GET /definitions/{definitionId}", { pathParameters: { definitionId } });
  expect(commandOf(named("order%2Dfulfilment"))).toMatchObject({ definitionId: "order-fulfilment" });
  for (const id of ["", "%", "..", "a%2Fb", "__proto__", "x".repeat(65)]) {
    expect(errorOf(named(id)).path).toBe("$.pathParameters.definitionId");
  }
});
