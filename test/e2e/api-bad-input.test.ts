import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiUnderTest } from "./api-under-test.ts";
import { expectGateway, expectProblem } from "./expect-problem.ts";
import type { RawAnswer } from "./raw-request.ts";

const api = new ApiUnderTest();
const json = { "content-type": "application/json" };

beforeAll(async () => {
  await api.start();
  await api.ask("w");
});
afterAll(async () => {
  // Whatever was sent: the workflow waits as it did, and nobody's prototype changed.
  expect(await api.read("w")).toMatchObject({ status: "paused", version: 1 });
  expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  await api.stop();
});

const actions = ["resume", "cancel", "retry"] as const;
const bodyRoutes = ["/workflows", ...actions.map((action) => `/workflows/w/${action}`)];
const guarded: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/workflows"],
  ["GET", "/workflows/w/history"],
  ["DELETE", "/workflows/w"],
  ["POST", "/workflows/w/cancel"],
  ["POST", "/workflows/w/retry"],
  ["GET", "/definitions"],
  ["GET", "/definitions/ask"],
  ["GET", "/openapi.json"],
];

describe("a query that is not valid", () => {
  test.each([
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1.5",
    "limit=1e1",
    "limit=",
    "limit=%201",
    "limit=%D9%A3",
    "limit=10&limit=20",
    "status=running",
    "status=",
    "status=paused&status=failed",
    "status=__proto__",
    "definitionId=../x",
    "definitionId=__proto__",
    "definitionId=",
    "tag=customer",
    "tag=:ada",
    "tag=customer:",
    "tag=a%20b:c",
    "tag=__proto__:x",
    `tag=customer:${"x".repeat(257)}`,
    "startedFrom=yesterday",
    "startedFrom=2026-11-24",
    "startedFrom=1969-12-31T23:59:59Z",
    "startedBefore=2026-13-01T00:00:00Z",
    "startedBefore=2026-02-30T00:00:00Z",
    "startedBefore=+275760-09-13T00:00:00Z",
    "startedFrom=2026-11-24T18:00:00+01:00",
    "page=2",
    "Status=paused",
    "__proto__=x",
    "constructor=x",
    "toString=x",
    "status%5B$ne%5D=paused",
    "cursor",
  ])("of a list is answered with 400: %s", async (query) => {
    expectProblem(await api.send("GET", `/workflows?${query}`), 400, "invalid");
  });

  test.each(["limit=0", "limit=101", "from=1", "cursor=1", "status=paused", "__proto__=x"])(
    "of a history is answered with 400: %s",
    async (query) => {
      expectProblem(await api.send("GET", `/workflows/w/history?${query}`), 400, "invalid");
    },
  );

  test("is quoted in the answer neither by a header of its own nor beyond its path", async () => {
    const answer = await api.send("GET", "/workflows?status=a%0d%0aset-cookie:%20x=1");
    expectProblem(answer, 400, "invalid");
    expect(answer.text).not.toContain("set-cookie");
    const name = await api.send("GET", "/workflows?a%0d%0aset-cookie:%20x=1");
    expectProblem(name, 400, "invalid");
  });
});

describe("a path that is not valid", () => {
  const ids = ["..", "%2e%2e", "a%0d%0aset-cookie:%20x=1", "a%00b", "a%20b", "%C3%A4", "__proto__", "x".repeat(129)];

  test.each(ids)("is answered with 400 on every route: %s", async (id) => {
    expectProblem(await api.send("GET", `/workflows/${id}/history`), 400, "invalid");
    expectProblem(await api.send("DELETE", `/workflows/${id}`), 400, "invalid");
    for (const action of actions) expectProblem(await api.post(`/workflows/${id}/${action}`, {}), 400, "invalid");
    expectProblem(await api.send("GET", `/definitions/${id}`), 400, "invalid");
  });

  test.each([
    "/workflows/..%2f..%2fetc%2fpasswd/history",
    "/workflows/../../etc/passwd",
    "/definitions/..%2f..%2fpackage.json",
    "/definitions/../package.json",
    "/openapi.json/../../package.json",
    "/openapi.json%00",
    "/workflows/%/history",
    "/workflows/%ff/history",
    "/WORKFLOWS",
  ])("leads nowhere: %s", async (path) => {
    expectGateway(await api.send("GET", path), 404, "Not Found");
  });

  test("may be url-encoded where it need not be", async () => {
    expect((await api.send("GET", "/workflows/%77/history")).status).toBe(200);
    expect((await api.send("GET", "/definitions/order%2Dfulfilment")).status).toBe(200);
    expectProblem(await api.send("GET", "/definitions/order%252"), 400, "invalid");
  });
});

describe("a body that is not valid", () => {
  const bodies: readonly (readonly [what: string, body: string | Buffer])[] = [
    ["malformed JSON", "{"],
    ["an array", "[]"],
    ["null", "null"],
    ["a text", '"cancel"'],
    ["an unknown field", '{"isAdmin":true}'],
    ["a field with an inherited name", '{"toString":1}'],
    ["a field that is called constructor", '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ["a __proto__ key", '{"__proto__":{"isAdmin":true}}'],
    ["a __proto__ key further down", '{"payload":{"a":[{"__proto__":{"isAdmin":true}}]}}'],
    ["a key that is written as \\u005f\\u005fproto__", '{"\\u005f\\u005fproto__":{"isAdmin":true}}'],
    ["nesting without end", `{"payload":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["nesting without end or closing", `{"payload":${"[".repeat(200_000)}`],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["a UTF-16 text", Buffer.from('\ufeff{"payload":1}', "utf16le")],
    ["a null byte", "{}\u0000"],
    ["two documents", "{}{}"],
    ["a comment", "{} // cancel"],
  ];

  test.each(bodies)("for what it is, %s, is answered with 400 on every route", async (_what, body) => {
    for (const path of bodyRoutes) expectProblem(await api.post(path, body), 400, "invalid");
  });

  test.each([
    ["cancel", { reason: "x".repeat(501) }],
    ["cancel", { reason: 1 }],
    ["cancel", { reason: null }],
    ["retry", { version: -1 }],
    ["retry", { version: 0.5 }],
    ["retry", { version: "1" }],
    ["retry", { version: 1e300 }],
    ["resume", { payload: 1, payloadObject: { key: "../secrets.json" } }],
    ["resume", { payloadObject: { key: "incoming/../../values/x" } }],
  ])("to %s with %j is answered with 400", async (action, body) => {
    expectProblem(await api.post(`/workflows/w/${action}`, body), 400, "invalid");
  });

  test.each(bodyRoutes)("of another type than JSON is answered with 415: %s", async (path) => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/html", "application/xml", "*/*"]) {
      expectProblem(await api.post(path, "{}", { "content-type": type }), 415, "media-type");
    }
  });

  test.each(bodyRoutes)("of 10 MB is answered with 413: %s", async (path) => {
    const ofBytes = (sizeBytes: number) => `{"reason":"${"x".repeat(sizeBytes - 13)}"}`;
    expectProblem(await api.post(path, ofBytes(262_145)), 413, "too-large");
    expectProblem(await api.post(path, ofBytes(10 * 2 ** 20)), 413, "too-large");
    expectGateway(await api.post(path, ofBytes(10 * 2 ** 20 + 1)), 413, "Request Entity Too Large");
  });

  test("with a key twice counts its last, as JSON.parse does", async () => {
    const twice = await api.post("/workflows", '{"definitionId":"nonsense","definitionId":"ask","workflowId":"last"}');
    expect([twice.status, JSON.parse(twice.text)]).toEqual([202, { workflowId: "last" }]);
    expectProblem(await api.post("/workflows", '{"definitionId":"ask","definitionId":"nonsense"}'), 400, "invalid");
    expectProblem(await api.post("/workflows/w/retry", '{"version":0,"version":-1}'), 400, "invalid");
    expectProblem(
      await api.post("/workflows", '{"definitionId":"ask","input":{"a":1,"__proto__":1,"a":2}}'),
      400,
      "invalid",
    );
    await api.untilStatus("last", "paused");
  });
});

describe("a header that is not valid", () => {
  test("does not reach an answer's headers", async () => {
    const answer = await api.post("/workflows", {
      definitionId: "ask",
      workflowId: "a\r\nlocation: https://evil.example",
    });
    expectProblem(answer, 400, "invalid");
    expect(answer.headers.location).toBeUndefined();
  });

  test.each([
    ["a token that is too long", { "x-resume-token": "x".repeat(513) }, 400, "invalid"],
    ["a token that is none", { "x-resume-token": "1.k1.x" }, 403, "forbidden"],
  ])("of a resume, %s", async (_what, headers, status, code) => {
    expectProblem(await api.post("/workflows/w/resume", { payload: 1 }, { ...json, ...headers }), status, code);
  });
});

describe("a request without the development key", () => {
  test.each(guarded)("is answered with 403, whatever it says: %s %s", async (method, path) => {
    const forms: readonly Readonly<Record<string, string>>[] = [
      {},
      { authorization: "" },
      { authorization: "Bearer " },
      { authorization: `Basic ${api.developmentKey}` },
      { authorization: `Bearer ${api.developmentKey}x` },
      { "x-amz-security-token": api.developmentKey },
    ];
    const answers: RawAnswer[] = [];
    for (const headers of forms) answers.push(await api.send(method, path, headers));
    for (const answer of answers) expectGateway(answer, 403, "Forbidden");
  });
});
