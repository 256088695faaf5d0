import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { errorOf } from "./error-of.ts";
import { request, requestWith } from "./http-request.ts";
import { bindings, readSample } from "./sample.ts";

const route = "POST /workflows/{workflowId}/resume";
const pathParameters = { workflowId: "w-1" };
const resume = (body: unknown, fields: Record<string, unknown> = {}) =>
  requestWith(route, body, { pathParameters, ...fields });
const authorized = (authorizer: unknown) => ({ requestContext: { requestId: "r", authorizer } });

describe("POST /workflows/{workflowId}/resume", () => {
  test("resumes as an operator when API Gateway let an IAM identity through", () => {
    expect(parseEvent(readSample("http-resume.json"), bindings)).toEqual({
      type: "http",
      command: {
        type: "resume",
        schemaVersion: 1,
        version: 3,
        workflowId: "order-2003",
        payload: { approved: true, by: "ops@example.com" },
        isOperator: true,
      },
      by: "arn:aws:iam::123456789012:user/ops",
    });
  });

  test.each([
    ["iam", { iam: { userArn: "arn:aws:iam::123456789012:user/ops" } }, true],
    ["a JWT", { jwt: { claims: {}, scopes: null } }, true],
    ["a Lambda authorizer", { lambda: { iam: {} } }, false],
    ["an empty authorizer", {}, false],
    ["null identities", { iam: null, jwt: null }, false],
    ["an identity that is text", { iam: "yes" }, false],
    ["nobody", undefined, false],
  ])("%s makes an operator or not", (_name, authorizer, isOperator) => {
    expect(parseEvent(resume({ payload: 1 }, authorized(authorizer)), bindings)).toMatchObject({
      command: { isOperator },
    });
  });

  test("takes the token from the body, or else from the header in any case", () => {
    const headers = { "X-Resume-Token": "from-header" };
    expect(parseEvent(resume({ payload: 1 }, { headers }), bindings)).toMatchObject({
      command: { token: "from-header" },
    });
    expect(parseEvent(resume({ token: "from-body" }, { headers }), bindings)).toMatchObject({
      command: { token: "from-body" },
    });
  });

  test("keeps the version that names the pause", () => {
    expect(parseEvent(resume({ version: 3 }), bindings)).toMatchObject({ command: { version: 3, payload: null } });
  });

  test("says nothing of a token or version that nobody gave", () => {
    const parsed = parseEvent(resume({ payload: 1 }), bindings);
    expect(parsed.type === "http" && Object.keys(parsed.command).toSorted()).toEqual([
      "isOperator",
      "payload",
      "schemaVersion",
      "type",
      "workflowId",
    ]);
  });

  test("a token that is too long is refused, without standing in the reason", () => {
    const token = "s".repeat(513);
    expect(errorOf(resume({ token }))).toMatchObject({ path: "$.body.token" });
    const error = errorOf(resume({}, { headers: { "x-resume-token": token } }));
    expect(error).toMatchObject({ path: "$.headers.x-resume-token", reason: "must be at most 512 characters" });
  });

  test.each([
    [{ version: -1 }, "$.body.version"],
    [{ isOperator: true }, "$.body.isOperator"],
    [{ workflowId: "other" }, "$.body.workflowId"],
  ])("the body %j is refused at %s", (body, path) => {
    expect(errorOf(resume(body))).toMatchObject({ code: "input.invalid", path });
  });

  test("a missing body is refused: a resume happens once", () => {
    expect(errorOf(request(route, { pathParameters })).reason).toBe("is missing");
  });
});
