import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type NodesDefinition, RefluxoError } from "../../src/engine/index.ts";
import { createResumeKeysFile } from "../../src/platforms/local/resume-keys-file.ts";
import type { ResumeKeys } from "../../src/ports/resume-keys.ts";
import orderLarge from "../../src/workflows/samples/order-large.json" with { type: "json" };
import { type RawAnswer, sendRaw } from "./raw-request.ts";
import { applicationWith, startTestStack, type TestStack } from "./test-stack.ts";

/** What the node type `ask` would mail to someone: the tokens of its pauses by workflow. */
const tokens = new Map<string, string>();
/** Workflows whose pause is not to be committed yet. */
const held = new Map<string, PromiseWithResolvers<void>>();

const nodes: NodesDefinition = {
  ask: {
    async executor(_data, _context, payload, _globals, step) {
      if (step === undefined) throw new TypeError("No step");
      if (step.version > 0) return { data: { answer: payload } };
      tokens.set(step.workflowId, await step.resumeToken());
      await held.get(step.workflowId)?.promise;
      return { data: { question: "Well?" }, __pause: true };
    },
  },
};

const sound = createResumeKeysFile(undefined);
/** What reading the resume keys throws, while a test says so. */
let keyFailure: Error | undefined;
const resumeKeys: ResumeKeys = {
  current: () => sound.current(),
  find: async (id) => {
    if (keyFailure !== undefined) throw keyFailure;
    return sound.find(id);
  },
};

let running: TestStack | undefined;
let base = "";
let authorised: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  running = await startTestStack(applicationWith(nodes), { resumeKeys });
  base = running.stack.endpoints.http;
  authorised = { authorization: `Bearer ${running.stack.developmentKey}` };
});
afterAll(() => running?.stack.stop());

const json = { "content-type": "application/json" };

function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = json): Promise<RawAnswer> {
  const isRaw = typeof body === "string" || Buffer.isBuffer(body);
  const request = { method: "POST", path, headers: { ...authorised, ...headers } };
  return sendRaw(base, { ...request, body: isRaw ? body : JSON.stringify(body) });
}

const get = (path: string) => sendRaw(base, { path, headers: authorised });

async function read(workflowId: string): Promise<unknown> {
  const { status, text } = await get(`/workflows/${workflowId}`);
  expect(status).toBe(200);
  return JSON.parse(text);
}

async function untilStatus(workflowId: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect(await read(workflowId)).toMatchObject({ status }), {
    timeout: 10_000,
    interval: 20,
  });
}

/** Starts the node type `ask` and waits until it is paused; returns the token of that pause. */
async function ask(workflowId: string): Promise<string> {
  expect((await post("/workflows", { definitionId: "ask", workflowId })).status).toBe(202);
  await untilStatus(workflowId, "paused");
  return tokens.get(workflowId) ?? "";
}

const resume = (workflowId: string, body: unknown) => post(`/workflows/${workflowId}/resume`, body);

/** An error of ours: a problem by RFC 9457 that says nothing of the inside. */
function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"urn:refluxo:problem:${code}"`)]);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const { type, title, detail, instance, ...rest } = JSON.parse(answer.text);
  expect(type).toBe(`urn:refluxo:problem:${code}`);
  expect(title).toMatch(/^[A-Z]/);
  expect(detail ?? "").toBeTypeOf("string");
  expect(instance).toMatch(/^urn:request:[0-9a-f-]{36}$/);
  expect(rest).toEqual({ status });
  expectNoInside(answer);
}

/** An answer of the gateway, as API Gateway's own. */
function expectGateway(answer: RawAnswer, status: number, message: string): void {
  expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { message }]);
  expectNoInside(answer);
}

function expectNoInside({ text, headers }: RawAnswer): void {
  expect(text).not.toMatch(/\bat \S+ \(|node:|\.ts\b|stack|Error\b|dynamodb|127\.0\.0\.1/i);
  expect(headers["set-cookie"]).toBeUndefined();
}

describe("a workflow over HTTP", () => {
  test("starts, and says where it is", async () => {
    const answer = await post("/workflows", { definitionId: "ask", workflowId: "http-1", input: { a: 1 } });
    expect(answer.status).toBe(202);
    expect(answer.headers).toMatchObject({ location: "/workflows/http-1", "content-type": "application/json" });
    expect(JSON.parse(answer.text)).toEqual({ workflowId: "http-1" });
    await untilStatus("http-1", "paused");
    expect(await read("http-1")).toMatchObject({
      workflowId: "http-1",
      definitionId: "ask",
      version: 1,
      input: { a: 1 },
      pause: { nodeId: "ask", data: { question: "Well?" } },
    });
  });

  test("gets an id of its own when the caller gives none", async () => {
    const start = () => post("/workflows", { definitionId: "ask" });
    const [first, second] = [await start(), await start()];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.headers.location).not.toBe(second.headers.location);
    expect((await get(first.headers.location ?? "")).status).toBe(200);
  });

  test("starts once, however often its start is sent", async () => {
    const start = () => post("/workflows", { definitionId: "ask", workflowId: "twice", input: [1] });
    const answers = await Promise.all([start(), start(), start()]);
    await untilStatus("twice", "paused");
    for (const { status, text } of [...answers, await start()]) expect([status, text]).toEqual([202, answers[0]?.text]);
    expect(await read("twice")).toMatchObject({ version: 1, stepCount: 1 });
    const other = await post("/workflows", { definitionId: "ask", workflowId: "twice", input: [2] });
    expectProblem(other, 409, "conflict");
  });

  test("is resumed by its token without any other right to do so", async () => {
    const token = await ask("by-token");
    const answer = await resume("by-token", { token, payload: { fine: true } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([202, { workflowId: "by-token", version: 1 }]);
    await untilStatus("by-token", "completed");
    expect(await read("by-token")).toMatchObject({ context: { ask: [{ output: { answer: { fine: true } } }] } });
  });

  test("takes the token from the header as well", async () => {
    const token = await ask("by-header");
    const headers = { ...json, "x-resume-token": token };
    expect((await post("/workflows/by-header/resume", { payload: 1 }, headers)).status).toBe(202);
    await untilStatus("by-header", "completed");
  });

  test("is approved by an operator without a token", async () => {
    await post("/workflows", { definitionId: "order-fulfilment", workflowId: "order-1", input: orderLarge });
    await untilStatus("order-1", "paused");
    expect((await resume("order-1", { payload: { approved: true } })).status).toBe(202);
    await untilStatus("order-1", "completed");
  });

  test("is resumed once: the same resume answers the same, another one is refused", async () => {
    const token = await ask("double");
    const first = await resume("double", { token, payload: "yes" });
    await untilStatus("double", "completed");
    const again = await resume("double", { token, payload: "yes" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expectProblem(await resume("double", { token, payload: "no" }), 409, "conflict");
    expectProblem(await resume("double", { payload: "no" }), 409, "conflict");
    expect(await read("double")).toMatchObject({ version: 3, context: { ask: [{ output: { answer: "yes" } }] } });
  });

  test("takes one of two resumes that race", async () => {
    const token = await ask("race");
    const answers = await Promise.all(["a", "b"].map((payload) => resume("race", { token, payload })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    await untilStatus("race", "completed");
  });

  test("refuses a token that was forged, belongs to another workflow, or to another pause", async () => {
    const [token, other] = [await ask("guarded"), await ask("other")];
    const last = token.at(-1) === "A" ? "B" : "A";
    const forgeries = [
      `${token.slice(0, -2)}${last}${token.at(-1)}`,
      token.replace(/^1/, "2"),
      other,
      "x",
      "",
      "1.k1.",
    ];
    for (const forged of forgeries) {
      expectProblem(await resume("guarded", { token: forged, payload: 1 }), 403, "forbidden");
    }
    expectProblem(await resume("guarded", { token, version: 2 }), 403, "forbidden");
    expect(await read("guarded")).toMatchObject({ status: "paused", version: 1 });
  });

  test("says too early until the pause is committed, then takes the same token", async () => {
    const gate = Promise.withResolvers<void>();
    held.set("early", gate);
    try {
      await post("/workflows", { definitionId: "ask", workflowId: "early" });
      await vi.waitFor(() => expect(tokens.has("early")).toBe(true), 10_000);
      expectProblem(await resume("early", { token: tokens.get("early"), payload: 1 }), 409, "too-early");
      expectProblem(await resume("early", { payload: 1 }), 409, "too-early");
    } finally {
      gate.resolve();
    }
    await untilStatus("early", "paused");
    expect((await resume("early", { token: tokens.get("early"), payload: 1 })).status).toBe(202);
    await untilStatus("early", "completed");
  });
});

describe("a request that cannot be carried out", () => {
  test("about a workflow that does not exist is answered with 404", async () => {
    expectProblem(await get("/workflows/nobody"), 404, "not-found");
    expectProblem(await resume("nobody", { payload: 1 }), 404, "not-found");
  });

  test.each([
    ["GET", "/"],
    ["GET", "/workflows"],
    ["DELETE", "/workflows/http-1"],
    ["PUT", "/workflows"],
    ["POST", "/workflows/http-1"],
    ["POST", "/workflows/http-1/resume/again"],
    ["GET", "/.refluxo/development-key"],
    ["GET", "/workflows/%"],
    ["GET", "/workflows/..%2f..%2fetc%2fpasswd"],
    ["GET", "/workflows/../../etc/passwd"],
    ["GET", "//workflows//"],
  ])("on an unknown route, %s %s, is answered with 404", async (method, path) => {
    expectGateway(await sendRaw(base, { method, path, headers: authorised }), 404, "Not Found");
  });

  test.each([
    ["POST", "/workflows"],
    ["GET", "/workflows/http-1"],
    ["POST", "/workflows/http-1/resume"],
  ])("without the development key, %s %s, is answered with 403", async (method, path) => {
    const key = authorised["authorization"] ?? "";
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
      expectGateway(await sendRaw(base, { method, path, headers }), 403, "Forbidden");
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
    expectProblem(await post("/workflows", body), 400, "invalid");
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });

  test.each([
    ["an unknown field", { payload: 1, approved: true }],
    ["a negative version", { payload: 1, version: -1 }],
    ["a token that is too long", { payload: 1, token: "x".repeat(513) }],
    ["malformed JSON", "payload=1"],
  ])("to resume with %s is answered with 400", async (_what, body) => {
    expectProblem(await resume("http-1", body), 400, "invalid");
  });

  test.each(["..", "%2e%2e", "a%0d%0aset-cookie:%20x=1", "a%00b", "a%20b", "%C3%A4", "__proto__", "x".repeat(129)])(
    "about the id %s is answered with 400",
    async (id) => {
      expectProblem(await get(`/workflows/${id}`), 400, "invalid");
    },
  );

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonx",
    "multipart/form-data; boundary=x",
  ])("of the content type %s is answered with 415", async (type) => {
    const answer = await post("/workflows", { definitionId: "ask" }, { "content-type": type });
    expectProblem(answer, 415, "media-type");
  });

  test("of more than 256 KiB is answered with 413, and one of just that is taken", async () => {
    const ofBytes = (sizeBytes: number, workflowId: string) => {
      const rest = JSON.stringify({ definitionId: "ask", workflowId, input: "" }).length;
      return JSON.stringify({ definitionId: "ask", workflowId, input: "x".repeat(sizeBytes - rest) });
    };
    expect((await post("/workflows", ofBytes(262_144, "largest"))).status).toBe(202);
    expectProblem(await post("/workflows", ofBytes(262_145, "too-large")), 413, "too-large");
    expectProblem(await post("/workflows", ofBytes(300 * 1024, "too-large")), 413, "too-large");
    expectGateway(await post("/workflows", ofBytes(11 * 1024 * 1024, "huge")), 413, "Request Entity Too Large");
    await untilStatus("largest", "paused");
    expectProblem(await get("/workflows/too-large"), 404, "not-found");
  });

  test("because something failed inside says nothing of it", async () => {
    const token = await ask("inside");
    const secret = "ECONNREFUSED 10.0.0.7 as admin/hunter2";
    try {
      keyFailure = new Error(secret);
      expectProblem(await resume("inside", { token, payload: 1 }), 500, "internal");
      keyFailure = new RefluxoError("service.failed", secret, { isRetryable: true });
      const unavailable = await resume("inside", { token, payload: 1 });
      expectProblem(unavailable, 503, "unavailable");
      expect(unavailable.text).not.toContain("hunter2");
    } finally {
      keyFailure = undefined;
    }
    expect((await resume("inside", { token, payload: 1 })).status).toBe(202);
    await untilStatus("inside", "completed");
  });
});
