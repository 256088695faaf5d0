import { describe, expect, test } from "vitest";
import { nodes } from "../../src/nodes/index.ts";
import { type MadeAnswer, MemoryHttpClient } from "../../src/platforms/memory/index.ts";
import { failureOf, fakeGlobals, runNode, step } from "./node-under-test.ts";

const httpRequest = nodes["http-request"] ?? expect.fail("there is no http-request");
const url = "https://api.example/orders";
const json = { "content-type": "application/json" };

function worldWith(answer: MadeAnswer | (() => MadeAnswer) = {}) {
  const http = new MemoryHttpClient(typeof answer === "function" ? answer : () => answer);
  const globals = fakeGlobals({ http, secrets: { "ssm:/key": "hunter2-hunter2", "ssm:/broken": "hunter2\n" } });
  return { http, globals };
}

async function requestOf(data: object, over = {}) {
  const { http, globals } = worldWith();
  await runNode(httpRequest, { method: "POST", url, ...data }, globals, over);
  return http.requests[0];
}

const fail = (answer: MadeAnswer, data = {}) =>
  failureOf(runNode(httpRequest, { method: "GET", url: `${url}?token=hunter2`, ...data }, worldWith(answer).globals));

describe("the request", () => {
  test("has bounds of its own, and the step's signal", async () => {
    expect(await requestOf({})).toEqual({
      method: "POST",
      url,
      headers: { "user-agent": "refluxo-dispatcher" },
      timeoutMs: 10_000,
      maxResponseBytes: 2 ** 20,
      maxRedirects: 5,
      signal: step.signal,
    });
  });

  test("adds the query to the URL's own", async () => {
    const query = { tag: ["a b", "c&d"], page: 2, all: true };
    expect((await requestOf({ url: `${url}?q=1#part`, query }))?.url).toBe(
      `${url}?q=1&tag=a+b&tag=c%26d&page=2&all=true#part`,
    );
  });

  test.each([
    [{ total: 5 }, '{"total":5}', "application/json"],
    [[], "[]", "application/json"],
    [null, "null", "application/json"],
    ["text", "text", "text/plain; charset=utf-8"],
  ])("has the body %j, and its content type unless that is given", async (body, sent, contentType) => {
    expect(await requestOf({ body })).toMatchObject({ body: sent, headers: { "content-type": contentType } });
    const headers = { "Content-Type": "application/x" };
    expect((await requestOf({ body, headers }))?.headers["content-type"]).toBe("application/x");
  });

  test.each([
    [{ secret: "ssm:/key" }, "authorization", "Bearer hunter2-hunter2"],
    [{ secret: "ssm:/key", scheme: "Token" }, "authorization", "Token hunter2-hunter2"],
    [{ secret: "ssm:/key", header: "X-Api-Key" }, "x-api-key", "hunter2-hunter2"],
    [{ secret: "ssm:/key", header: "X-Api-Key", scheme: "Bearer" }, "x-api-key", "Bearer hunter2-hunter2"],
  ])("has a secret by reference: %j", async (auth, name, value) => {
    expect((await requestOf({ auth }))?.headers[name]).toBe(value);
  });

  test("has the step's key, the same for every attempt, when it asks for it", async () => {
    for (const attempt of [1, 2]) {
      const request = await requestOf({ idempotencyKey: true }, { attempt });
      expect(request?.headers["idempotency-key"]).toBe(step.stepKey);
    }
    expect((await requestOf({}))?.headers).not.toHaveProperty("idempotency-key");
  });

  test.each([
    [{ "x-a": "1\r\nx-b: 2" }],
    [{ "x-a": "1\nx-b: 2" }],
    [{ "x-a\r\nx-b": "1" }],
    [{ "x-a": "a\u0000" }],
    [{ "x-a": "日本" }],
    [{ "": "1" }],
    [{ "x a": "1" }],
    [{ Host: "other.example" }],
    [{ "Content-Length": "5" }],
    [{ "transfer-encoding": "chunked" }],
    [{ Connection: "upgrade" }],
    [{ upgrade: "h2c" }],
    [{ "Proxy-Authorization": "x" }],
    [{ "accept-encoding": "gzip" }],
    [{ "X-A": "1", "x-a": "2" }],
  ])("with the headers %j is refused for good, and their values are not shown", async (headers) => {
    const { http, globals } = worldWith();
    const error = await failureOf(runNode(httpRequest, { method: "GET", url, headers }, globals));
    expect(error).toMatchObject({ code: "http.header-refused", isRetryable: false });
    expect(String(error)).not.toContain("x-b: 2");
    expect(http.requests).toEqual([]);
  });

  test("with a secret that is no header, or for one that is given, is refused, and the secret is not shown", async () => {
    const { globals } = worldWith();
    for (const more of [
      { auth: { secret: "ssm:/broken" } },
      { auth: { secret: "ssm:/key" }, headers: { Authorization: "x" } },
    ]) {
      const error = await failureOf(runNode(httpRequest, { method: "GET", url, ...more }, globals));
      expect(error).toMatchObject({ code: "http.header-refused", message: expect.stringContaining("authorization") });
      expect(String(error)).not.toContain("hunter2");
    }
    const missing = failureOf(runNode(httpRequest, { method: "GET", url, auth: { secret: "ssm:/none" } }, globals));
    expect(await missing).toMatchObject({ code: "secret.missing" });
  });

  test.each(["GET", "HEAD"])("of %s has no body", async (method) => {
    const error = await failureOf(runNode(httpRequest, { method, url, body: {} }, worldWith().globals));
    expect(error).toMatchObject({ code: "http.body-refused", isRetryable: false });
  });

  test.each([
    [{ method: "CONNECT" }],
    [{ method: "get" }],
    [{ url: "" }],
    [{ timeoutMs: 0 }],
    [{ maxResponseBytes: 10 * 2 ** 20 + 1 }],
    [{ followRedirects: 11 }],
    [{ retryableStatuses: [99] }],
    [{ responseType: "xml" }],
    [{ auth: { secret: "ssm:/key", scheme: "two words" } }],
    [{ auth: { header: "x" } }],
    [{ headers: { a: 1 } }],
    [{ headers: ["a"] }],
    [{ query: ["a"] }],
    [{ proxy: "http://a" }],
  ])("with the data %j is refused", async (data) => {
    const error = await failureOf(runNode(httpRequest, { method: "GET", url, ...data }, worldWith().globals));
    expect(error).toMatchObject({ code: "node.input_invalid" });
  });

  test("to something that is no URL is refused for good, without showing it", async () => {
    const error = await failureOf(runNode(httpRequest, { method: "GET", url: "hunter2" }, worldWith().globals));
    expect(error).toMatchObject({ code: "http.url-invalid", isRetryable: false });
    expect(String(error)).not.toContain("hunter2");
  });
});

describe("the answer's body", () => {
  const bodyOf = async (answer: MadeAnswer, data = {}) => {
    const outcome = await runNode(httpRequest, { method: "GET", url, ...data }, worldWith(answer).globals);
    return Object(outcome.data).body;
  };
  const latin = Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65);

  test.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["application/problem+json; charset=utf-8", '{"a":1}', { a: 1 }],
    ["text/csv", "a,b", "a,b"],
    ["application/xml", "<a/>", "<a/>"],
    ["image/svg+xml", "<svg/>", "<svg/>"],
    ['text/plain; charset="ISO-8859-1"', latin, "größe"],
    ["image/png", "größe", "Z3LDtsOfZQ=="],
    ["", "größe", "Z3LDtsOfZQ=="],
    ["application/json", "", null],
  ])("of the type %j is read by that type", async (type, body, expected) => {
    expect(await bodyOf({ headers: { "content-type": type }, body })).toEqual(expected);
  });

  test.each([
    ["json", "1", 1],
    ["text", "1", "1"],
    ["base64", "1", "MQ=="],
    ["text", "", null],
  ])("is read as %s when the data says so", async (responseType, body, expected) => {
    expect(await bodyOf({ headers: { "content-type": "application/x" }, body }, { responseType })).toBe(expected);
  });

  test.each([
    [json, "{", "http.body-not-json"],
    [json, '{"__proto__":{}}', "http.body-not-json"],
    [{ ...json, "content-encoding": "gzip" }, "x", "http.body-encoded"],
    [{ "content-type": "text/plain; charset=klingon" }, "x", "http.charset-unknown"],
  ])("with the headers %j fails for good when it cannot be read: %j", async (headers, body, code) => {
    const error = await fail({ headers, body });
    expect(error).toMatchObject({ code, isRetryable: false });
    expect(String(error)).not.toContain("__proto__");
  });

  test("that is compressed is given as base64, where that is asked for", async () => {
    expect(await bodyOf({ headers: { "content-encoding": "gzip" }, body: "x" }, { responseType: "base64" })).toBe(
      "eA==",
    );
  });
});

describe("the answer's status", () => {
  test("from 200 to 299 is a result, with the headers", async () => {
    for (const status of [200, 204, 299]) {
      const { globals } = worldWith({ status, headers: json, body: "1" });
      expect(await runNode(httpRequest, { method: "GET", url }, globals)).toEqual({
        data: { status, headers: json, body: 1 },
      });
    }
  });

  test.each([408, 425, 429, 500, 502, 503, 504])("%i may pass", async (status) => {
    expect(await fail({ status })).toMatchObject({ code: `http.status-${status}`, isRetryable: true });
  });

  test.each([302, 400, 401, 404, 409, 422, 501])("%i does not pass", async (status) => {
    expect(await fail({ status })).toMatchObject({ code: `http.status-${status}`, isRetryable: false });
  });

  test("counts as the data says", async () => {
    expect(await fail({ status: 404 }, { retryableStatuses: [404] })).toMatchObject({ isRetryable: true });
    expect(await fail({ status: 503 }, { retryableStatuses: [] })).toMatchObject({ isRetryable: false });
    expect(await fail({ status: 200 }, { successStatuses: [404] })).toMatchObject({ code: "http.status-200" });
    const data = { method: "GET", url, successStatuses: [404] };
    expect(await runNode(httpRequest, data, worldWith({ status: 404 }).globals)).toMatchObject({
      data: { status: 404 },
    });
  });

  test("is in the error with method and URL, and nothing secret is: no query, header or body", async () => {
    const answer = { status: 500, headers: { "x-echo": "hunter2" }, body: "hunter2" };
    const error = await fail(answer, { auth: { secret: "ssm:/key" } });
    expect(String(error)).toBe(`RetryableError: GET ${url} was answered with the status 500`);
    expect(String(await fail({ status: 404 }, { url: `${url}/${"x".repeat(5_000)}` })).length).toBeLessThan(300);
  });

  test("is retried five times, a second apart at first and a minute at most", () => {
    expect(httpRequest.retryPolicy).toEqual({
      maxAttempts: 5,
      interval: 1_000,
      backoff: "exponential",
      maxDelay: 60_000,
      jitter: "full",
    });
  });
});

describe("Retry-After", () => {
  test.each([
    ["120", 120_000],
    ["0", 0],
    ["999999", 3_600_000],
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sunday, 22-Nov-26 12:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["Mon, 22 Nov 2027 12:00:00 GMT", 3_600_000],
    ["soon", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["", undefined],
    ["2026", 2_026_000],
    ["Never, ever", undefined],
  ])("%j is waited for, up to an hour: %j ms", async (text, afterMs) => {
    expect(await fail({ status: 503, headers: { "retry-after": text } })).toHaveProperty(...expectedAfter(afterMs));
  });

  test("as a date counts from the answer's own date, as the server's clock may be another", async () => {
    const headers = { "retry-after": "Sun, 22 Nov 2026 18:00:30 GMT", date: "Sun, 22 Nov 2026 18:00:00 GMT" };
    expect(await fail({ status: 429, headers })).toMatchObject({ afterMs: 30_000 });
  });

  test("means nothing for a status that does not pass", async () => {
    expect(await fail({ status: 404, headers: { "retry-after": "5" } })).not.toHaveProperty("afterMs");
  });
});

function expectedAfter(afterMs: number | undefined): [string, number | boolean] {
  return afterMs === undefined ? ["isRetryable", true] : ["afterMs", afterMs];
}
