import { describe, expect, test } from "vitest";
import { isPageRequest, parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request, requestWith } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const route = "POST /resume/{workflowId}/{token}";
const pathParameters = { workflowId: "w-1", token: "1.k1.mac" };
const post = (body: unknown, fields: Record<string, unknown> = {}) =>
  requestWith(route, body, { pathParameters, ...fields });
const formHeaders = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
const form = (text: string | undefined, fields: Record<string, unknown> = {}) =>
  request(route, { pathParameters, headers: formHeaders, ...(text !== undefined && { body: text }), ...fields });

describe("a machine's POST /resume/{workflowId}/{token}", () => {
  test("resumes by the token, never as an operator", () => {
    const event = readSample("http-answer-pause.machine.json");
    expect(parseEvent(event, bindings)).toEqual({
      type: "http",
      command: {
        type: "resume",
        schemaVersion: 1,
        workflowId: "order-2003",
        token: "3.k1.1793700000.0bJ2uPpZ3mWq8vXo5tYs1aLrKcDfGhIjMnQwExTyUzA",
        payload: { approved: true, by: "approvals-service" },
        isOperator: false,
      },
    });
    expect(isPageRequest(event)).toBe(false);
    const authorizer = { iam: { userArn: "arn:aws:iam::123456789012:user/ops" } };
    const signed = post({ payload: 1 }, { requestContext: { requestId: "r", authorizer } });
    expect(parseEvent(signed, bindings)).toMatchObject({ command: { isOperator: false } });
  });

  test("has a null payload when the body names none", () => {
    expect(parseEvent(post({}), bindings)).toMatchObject({ command: { payload: null } });
  });

  test.each([
    [{ token: "other" }, "$.body.token"],
    [{ version: 1 }, "$.body.version"],
    [{ payloadObject: { key: "incoming/a.json" } }, "$.body.payloadObject"],
    [{ isOperator: true }, "$.body.isOperator"],
  ])("with the body %j is refused at %s", (body, path) => {
    expect(errorOf(post(body))).toMatchObject({ code: "input.invalid", path });
  });

  test("without a body, or with one of another kind, is refused", () => {
    expect(errorOf(request(route, { pathParameters })).reason).toBe("is missing");
    const multipart = post({}, { headers: { "content-type": "multipart/form-data; boundary=x" } });
    expect(errorOf(multipart)).toMatchObject({ code: "input.media-type" });
  });

  test("with a token that is none still says nothing but that", () => {
    const event = post({ payload: 1 }, { pathParameters: { workflowId: "w#1", token: "1.k1.mac" } });
    expect(parseEvent(event, bindings)).toMatchObject({ command: { type: "resume", token: "" } });
  });
});

describe("a person's form", () => {
  test("comes with the command that shows the pause, as API Gateway encodes it", () => {
    const event = readSample("http-answer-pause.json");
    expect(isPageRequest(event)).toBe(true);
    expect(parseEvent(event, bindings)).toMatchObject({
      command: { type: "show-pause", workflowId: "order-2003" },
      form: [
        ["approved", "true"],
        ["by", "Mia Chen"],
        ["comment", "Within budget"],
      ],
    });
  });

  test("keeps every field as it was sent, whatever its name", () => {
    expect(parseEvent(form("a=1&a=2&__proto__=x&%F0%9F%98%80=%0D%0A"), bindings)).toMatchObject({
      form: [
        ["a", "1"],
        ["a", "2"],
        ["__proto__", "x"],
        ["😀", "\r\n"],
      ],
    });
  });

  test.each([[undefined], [""]])("may have no field (%j)", (text) => {
    expect(parseEvent(form(text), bindings)).toMatchObject({ form: [] });
  });

  test("is refused beyond 256 KiB, and when it is no text", () => {
    expect(errorOf(form("a".repeat(262_145)))).toMatchObject({ code: "input.too-large" });
    expect(errorOf(form("/w==", { isBase64Encoded: true }))).toMatchObject({ reason: "is not valid UTF-8" });
  });
});
