import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request, requestWith } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const route = "POST /workflows";
const start = { definitionId: "order-fulfilment", workflowId: "w-1", input: { a: 1 } };

describe("POST /workflows", () => {
  test("starts a workflow", () => {
    expect(parseEvent(readSample("http-start.json"), bindings)).toMatchObject({
      type: "http",
      command: { type: "start", schemaVersion: 1, definitionId: "order-fulfilment", workflowId: "order-2003" },
    });
  });

  test("without an id the request's id makes one that is safe", () => {
    const parsed = parseEvent(requestWith(route, { definitionId: "d" }), bindings);
    expect(parsed).toEqual({
      type: "http",
      command: { type: "start", schemaVersion: 1, definitionId: "d", workflowId: "http-JKJaXmPLvHcESHA-", input: null },
    });
  });

  test("a base64 body is decoded", () => {
    const body = Buffer.from(JSON.stringify({ ...start, input: "ä" })).toString("base64");
    expect(parseEvent(request(route, { body, isBase64Encoded: true }), bindings)).toMatchObject({
      command: { input: "ä" },
    });
  });

  test.each(["not base64!", "e30=e30="])("a body that is not base64 is refused: %s", (body) => {
    expect(errorOf(request(route, { body, isBase64Encoded: true }))).toMatchObject({
      code: "input.invalid",
      path: "$.body",
      reason: "is not base64",
    });
  });

  test("a base64 body that is not UTF-8 is refused", () => {
    const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString("base64");
    expect(errorOf(request(route, { body, isBase64Encoded: true })).reason).toBe("is not valid UTF-8");
  });

  test("a body of exactly 256 KiB passes, one byte more does not, plain or base64", () => {
    const room = 262_144 - Buffer.byteLength(JSON.stringify({ ...start, input: "" }));
    for (const isBase64Encoded of [false, true]) {
      const withInput = (input: string) => {
        const text = JSON.stringify({ ...start, input });
        return request(route, { body: isBase64Encoded ? Buffer.from(text).toString("base64") : text, isBase64Encoded });
      };
      expect(parseEvent(withInput("x".repeat(room)), bindings).type).toBe("http");
      expect(errorOf(withInput("x".repeat(room + 1)))).toMatchObject({ code: "input.too-large", path: "$.body" });
    }
    expect(errorOf(requestWith(route, { ...start, input: "ä".repeat(room / 2 + 1) })).code).toBe("input.too-large");
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/merge-patch+json",
  ])("the content type %s is JSON", (type) => {
    expect(parseEvent(requestWith(route, start, { headers: { "Content-Type": type } }), bindings).type).toBe("http");
  });

  test("a request without headers is taken for JSON", () => {
    expect(parseEvent(requestWith(route, start, { headers: undefined }), bindings).type).toBe("http");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "xapplication/json", ""])(
    "the content type %j is refused",
    (type) => {
      const error = errorOf(requestWith(route, start, { headers: { "content-type": type } }));
      expect(error).toMatchObject({ code: "input.media-type", path: "$.headers.content-type" });
    },
  );

  test.each([undefined, null, ""])("a missing body (%j) is refused", (body) => {
    expect(errorOf(request(route, { body }))).toMatchObject({
      code: "input.invalid",
      path: "$.body",
      reason: "is missing",
    });
  });

  test.each([
    ["{", "$.body"],
    ["null", "$.body"],
    ['{"definitionId":"d","input":{"x":{"__proto__":1}}}', "$.body.input.x"],
    ['{"input":1}', "$.body.definitionId"],
    ['{"definitionId":"a b"}', "$.body.definitionId"],
    ['{"definitionId":"d","workflowId":"../x"}', "$.body.workflowId"],
    ['{"definitionId":"d","typo":1}', "$.body.typo"],
  ])("the body %s is refused at %s", (body, path) => {
    expect(errorOf(request(route, { body }))).toMatchObject({ code: "input.invalid", path });
  });
});

describe("an HTTP request", () => {
  test.each(["PUT /workflows/{workflowId}", "$default", "POST /workflows/"])("%s is no route", (routeKey) => {
    expect(errorOf(request(routeKey))).toMatchObject({ code: "http.not-found", path: "$.routeKey" });
  });

  test("of payload format 1.0 is no event that is known", () => {
    expect(errorOf({ ...request(route), version: "1.0" }).code).toBe("input.unknown-event");
  });

  test("without a request id is refused with its path", () => {
    expect(errorOf(requestWith(route, start, { requestContext: {} })).path).toBe("$.requestContext.requestId");
  });
});
