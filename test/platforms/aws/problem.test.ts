import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/contracts/input-error.ts";
import { ParseError } from "../../../src/contracts/parse-error.ts";
import { RefluxoError } from "../../../src/engine/index.ts";
import { errorProblem, refusalProblem } from "../../../src/platforms/aws/problem.ts";

const instance = "urn:request:42";
const bodyOf = ({ body = "" }: { body?: string | undefined }): unknown => JSON.parse(body);

describe("a refusal", () => {
  test.each([
    { code: "invalid", status: 400 },
    { code: "forbidden", status: 403 },
    { code: "not-found", status: 404 },
    { code: "too-early", status: 409 },
    { code: "conflict", status: 409 },
    { code: "too-large", status: 413 },
  ] as const)("$code is answered with $status, its reason and where to look it up", ({ code, status }) => {
    const answer = refusalProblem(code, "what to change", instance);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toEqual({ "content-type": "application/problem+json", "cache-control": "no-store" });
    const title = expect.any(String);
    const type = `urn:refluxo:problem:${code}`;
    expect(bodyOf(answer)).toEqual({ type, title, status, detail: "what to change", instance });
  });
});

describe("an error that the caller can mend", () => {
  test.each([
    { error: new ParseError("$.input", "must be an object"), status: 400, type: "invalid" },
    { error: new InputError("input.too-large", "$", "is above 256 KiB"), status: 413, type: "too-large" },
    { error: new InputError("input.media-type", "$", "must be JSON"), status: 415, type: "media-type" },
    { error: new InputError("http.not-found", "$", "no such route"), status: 404, type: "no-route" },
    { error: new InputError("input.unknown-event", "$", "no trigger"), status: 400, type: "invalid" },
  ])("is explained: $error.code", ({ error, status, type }) => {
    const answer = errorProblem(error, instance);
    expect(answer.statusCode).toBe(status);
    expect(bodyOf(answer)).toMatchObject({
      type: `urn:refluxo:problem:${type}`,
      status,
      detail: error.message,
      instance,
    });
  });
});

describe("an error of the inside", () => {
  const secret = "table workflows-prod, token 5f2c";
  const retryable = new RefluxoError("service.failed", secret, { isRetryable: true, cause: new Error(secret) });

  test("that may pass is 503 and says that trying again is safe, and nothing of the inside", () => {
    const answer = errorProblem(retryable, instance);
    expect(answer.statusCode).toBe(503);
    expect(bodyOf(answer)).toMatchObject({ status: 503, type: "urn:refluxo:problem:unavailable", instance });
    expect(JSON.stringify(answer)).not.toContain("workflows-prod");
  });

  const others = [new RefluxoError("store.item", secret), new TypeError(secret), secret, { message: secret }, null];

  test.each(others.map((error) => ({ error })))("is 500 and shows no message: $error", ({ error }) => {
    const answer = errorProblem(error, instance);
    expect(answer.statusCode).toBe(500);
    expect(bodyOf(answer)).toEqual({
      type: "urn:refluxo:problem:internal",
      title: "Something went wrong",
      status: 500,
      instance,
    });
  });
});
