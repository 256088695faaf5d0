import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RefluxoError } from "../../src/engine/index.ts";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectGateway, expectProblem } from "./expect-problem.ts";

const api = new ApiUnderTest();
const json = { "content-type": "application/json" };

beforeAll(() => api.start());
afterAll(() => api.stop());

describe("a request that cannot be carried out", () => {
  test("about a workflow that does not exist is answered with 404", async () => {
    expectProblem(await api.send("GET", "/workflows/nobody"), 404, "not-found");
    expectProblem(await api.resume("nobody", { payload: 1 }), 404, "not-found");
  });

  test.each([
    ["GET", "/"],
    ["GET", "/workflow"],
    ["DELETE", "/workflows"],
    ["PUT", "/workflows"],
    ["PATCH", "/workflows/http-1"],
    ["OPTIONS", "/workflows"],
    ["GET", "/workflows/http-1/resume"],
    ["GET", "/workflows/http-1/cancel"],
    ["POST", "/workflows/http-1/history"],
    ["POST", "/definitions"],
    ["DELETE", "/definitions/ask"],
    ["POST", "/openapi.json"],
    ["GET", "/openapi.yaml"],
    ["POST", "/workflows/http-1"],
    ["POST", "/workflows/http-1/resume/again"],
    ["GET", "/.refluxo/development-key"],
    ["GET", "/workflows/%"],
    ["GET", "/workflows/..%2f..%2fetc%2fpasswd"],
    ["GET", "/workflows/../../etc/passwd"],
    ["GET", "//workflows//"],
  ])("on an unknown route, %s %s, is answered with 404", async (method, path) => {
    expectGateway(await api.send(method, path), 404, "Not Found");
  });

  test.each([
    ["POST", "/workflows"],
    ["GET", "/workflows/http-1"],
    ["POST", "/workflows/http-1/resume"],
  ])("without the development key, %s %s, is answered with 403", async (method, path) => {
    const key = `Bearer ${api.developmentKey}`;
    const wrong = [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      "Bearer x",
      key.slice(0, -1),
      `${key}x`,
      key.slice(7),
      `Basic ${key.slice(7)}`,
    ];
    for (const authorization of wrong) {
      const headers = { ...json, ...(authorization !== undefined && { authorization }) };
      expectGateway(await api.send(method, path, headers), 403, "Forbidden");
    }
  });

  test.each([
    ["malformed JSON", "{"],
    ["nothing", ""],
    ["no object", "[]"],
    ["a __proto__ key", '{"definitionId":"ask","input":{"__proto__":{"isAdmin":true}}}'],
    ["a __proto__ key at the top", '{"definitionId":"ask","__proto__":{"isAdmin":true}}'],
    ["nesting without end", `{"definitionId":"ask","input":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ["an unknown field", { definitionId: "ask", priority: 1 }],
    ["no definition", { workflowId: "x" }],
    ["an unknown definition", { definitionId: "nonsense" }],
    ["an inherited name as its definition", { definitionId: "toString" }],
    ["an id with a line break", { definitionId: "ask", workflowId: "a\r\nset-cookie: x=1" }],
    ["an id with a path", { definitionId: "ask", workflowId: "../../etc/passwd" }],
    ["an id that is too long", { definitionId: "ask", workflowId: "x".repeat(129) }],
    ["an id that is a number", { definitionId: "ask", workflowId: 7 }],
    ["an id that is a reserved name", { definitionId: "ask", workflowId: "constructor" }],
    [
      "bytes that are no UTF-8",
      Buffer.from([...Buffer.from('{"definitionId":"ask","input":"'), 0xff, 0xfe, 0x22, 0x7d]),
    ],
  ])("with %s is answered with 400", async (_what, body) => {
    expectProblem(await api.post("/workflows", body), 400, "invalid");
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });

  test.each([
    ["an unknown field", { payload: 1, approved: true }],
    ["a negative version", { payload: 1, version: -1 }],
    ["a token that is too long", { payload: 1, token: "x".repeat(513) }],
    ["malformed JSON", "payload=1"],
  ])("to resume with %s is answered with 400", async (_what, body) => {
    expectProblem(await api.resume("http-1", body), 400, "invalid");
  });

  test.each(["..", "%2e%2e", "a%0d%0aset-cookie:%20x=1", "a%00b", "a%20b", "%C3%A4", "__proto__", "x".repeat(129)])(
    "about the id %s is answered with 400",
    async (id) => {
      expectProblem(await api.send("GET", `/workflows/${id}`), 400, "invalid");
    },
  );

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonx",
    "multipart/form-data; boundary=x",
  ])("of the content type %s is answered with 415", async (type) => {
    const answer = await api.post("/workflows", { definitionId: "ask" }, { "content-type": type });
    expectProblem(answer, 415, "media-type");
  });

  test("of more than 256 KiB is answered with 413, and one of just that is taken", async () => {
    const ofBytes = (sizeBytes: number, workflowId: string) => {
      const rest = JSON.stringify({ definitionId: "ask", workflowId, input: "" }).length;
      return JSON.stringify({ definitionId: "ask", workflowId, input: "x".repeat(sizeBytes - rest) });
    };
    expect((await api.post("/workflows", ofBytes(262_144, "largest"))).status).toBe(202);
    expectProblem(await api.post("/workflows", ofBytes(262_145, "too-large")), 413, "too-large");
    expectProblem(await api.post("/workflows", ofBytes(300 * 1024, "too-large")), 413, "too-large");
    expectGateway(await api.post("/workflows", ofBytes(11 * 1024 * 1024, "huge")), 413, "Request Entity Too Large");
    await api.untilStatus("largest", "paused");
    expectProblem(await api.send("GET", "/workflows/too-large"), 404, "not-found");
  });

  test("because something failed inside says nothing of it", async () => {
    const token = await api.ask("inside");
    const secret = "ECONNREFUSED 10.0.0.7 as admin/hunter2";
    try {
      api.keyFailure = new Error(secret);
      expectProblem(await api.resume("inside", { token, payload: 1 }), 500, "internal");
      api.keyFailure = new RefluxoError("service.failed", secret, { isRetryable: true });
      const unavailable = await api.resume("inside", { token, payload: 1 });
      expectProblem(unavailable, 503, "unavailable");
      expect(unavailable.text).not.toContain("hunter2");
    } finally {
      api.keyFailure = undefined;
    }
    expect((await api.resume("inside", { token, payload: 1 })).status).toBe(202);
    await api.untilStatus("inside", "completed");
  });
});
