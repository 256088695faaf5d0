import { describe, expect, test } from "vitest";
import { writeListCursor } from "../../src/contracts/cursor.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const list = (queryStringParameters?: Record<string, string>) =>
  request("GET /workflows", queryStringParameters === undefined ? {} : { queryStringParameters });
const commandOf = (query?: Record<string, string>) => {
  const parsed = parseEvent(list(query), bindings);
  return parsed.type === "http" ? parsed.command : undefined;
};

describe("GET /workflows", () => {
  test("reads the filters of the sample", () => {
    expect(parseEvent(readSample("http-list.json"), bindings)).toMatchObject({
      command: {
        type: "list",
        status: "failed",
        definitionId: "order-fulfilment",
        startedFrom: Date.UTC(2026, 10, 1),
        limit: 20,
      },
    });
  });

  test("lists 50 of all when nothing is asked", () => {
    expect(commandOf()).toEqual({ type: "list", limit: 50 });
  });

  test("splits a tag at its first colon, so that values may have more", () => {
    expect(commandOf({ tag: "customer:urn:ada" })).toMatchObject({ tag: { name: "customer", value: "urn:ada" } });
  });

  test("goes on where a cursor says", () => {
    const after = { startedAt: 5, workflowId: "w:1" };
    expect(commandOf({ cursor: writeListCursor(after) })).toEqual({ type: "list", limit: 50, after });
  });

  test.each([
    [{ status: "done" }, "$.query.status"],
    [{ definitionId: "../x" }, "$.query.definitionId"],
    [{ tag: "customer" }, "$.query.tag"],
    [{ tag: ":x" }, "$.query.tag"],
    [{ tag: "__proto__:x" }, "$.query.tag.name"],
    [{ tag: `a:${"x".repeat(257)}` }, "$.query.tag.value"],
    [{ startedFrom: "yesterday" }, "$.query.startedFrom"],
    [{ startedBefore: "1969-01-01T00:00:00Z" }, "$.query.startedBefore"],
    [{ limit: "0" }, "$.query.limit"],
    [{ limit: "101" }, "$.query.limit"],
    [{ limit: "1e1" }, "$.query.limit"],
    [{ stauts: "failed" }, "$.query.stauts"],
    [{ cursor: "x".repeat(513) }, "$.query.cursor"],
  ])("refuses the query %j", (query, path) => {
    expect(errorOf(list(query))).toMatchObject({ code: "input.invalid", path });
  });

  test.each([
    "",
    "tampered",
    Buffer.from("[5]").toString("base64url"),
    Buffer.from('[5,"../w"]').toString("base64url"),
    Buffer.from('[1e300,"w"]').toString("base64url"),
    Buffer.from('[5,"w",1]').toString("base64url"),
    Buffer.from('{"__proto__":[]}').toString("base64url"),
  ])("refuses the cursor %j", (cursor) => {
    expect(errorOf(list({ cursor }))).toMatchObject({ path: "$.query.cursor", reason: "is not a cursor of this list" });
  });
});
