import { request } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { RefluxoError } from "../../../../src/engine/index.ts";
import type { HttpEvent } from "../../../../src/platforms/local/http/http-event.ts";
import { type HttpApi, startHttpServer } from "../../../../src/platforms/local/http/http-server.ts";
import type { LocalLogLine } from "../../../../src/platforms/local/local-log.ts";
import { SimulatedClock } from "../../../../src/platforms/memory/simulated-clock.ts";

const developmentKey = "the-development-key";
const authorization = `Bearer ${developmentKey}`;

async function start(answer: (event: HttpEvent) => unknown = () => null) {
  const server = await startHttpServer(0);
  onTestFinished(() => server.stop());
  const events: HttpEvent[] = [];
  const lines: LocalLogLine[] = [];
  const route = (method: string, path: string, hasAuthorizer = true) => ({
    functionId: "F",
    method,
    path,
    hasAuthorizer,
  });
  const api: HttpApi = {
    routes: [route("POST", "/workflows"), route("GET", "/workflows/{workflowId}"), route("GET", "/open", false)],
    developmentKey,
    clock: new SimulatedClock(Date.parse("2026-11-02T01:58:30.500Z")),
    invoke: async (_functionId, event) => {
      events.push(event as HttpEvent);
      return answer(event as HttpEvent);
    },
    onLog: (line) => lines.push(line),
  };
  const url = `http://127.0.0.1:${server.port}`;
  const call = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization, ...init.headers } });
  return { server, api, url, call, events, lines };
}

async function serve(answer?: (event: HttpEvent) => unknown) {
  const started = await start(answer);
  started.server.serve(started.api);
  return started;
}

it("a request becomes a payload format 2.0 event, without the development key", async () => {
  const { call, events } = await serve();
  await call("/workflows/w%201?tag=a&tag=b&x=%20", { headers: { "X-Custom": "Yes", cookie: "a=1; b=2" } });
  const [event] = events;
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "GET /workflows/{workflowId}",
    rawPath: "/workflows/w 1",
    rawQueryString: "tag=a&tag=b&x=%20",
    cookies: ["a=1", "b=2"],
    headers: { "x-custom": "Yes" },
    queryStringParameters: { tag: "a,b", x: " " },
    pathParameters: { workflowId: "w 1" },
    requestContext: {
      accountId: "000000000000",
      authorizer: { iam: { accountId: "000000000000", userArn: "arn:aws:iam::000000000000:user/development" } },
      http: { method: "GET", path: "/workflows/w 1", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      routeKey: "GET /workflows/{workflowId}",
      stage: "$default",
      time: "02/Nov/2026:01:58:30 +0000",
      timeEpoch: Date.parse("2026-11-02T01:58:30.500Z"),
    },
    isBase64Encoded: false,
  });
  expect(event?.body).toBeUndefined();
  expect(JSON.stringify(event)).not.toContain(developmentKey);
});

it.each([
  ["application/json", '{"ü":1}', '{"ü":1}', false],
  ["application/problem+json; charset=utf-8", "{}", "{}", false],
  ["text/csv", "1,2", "1,2", false],
  ["application/octet-stream", Uint8Array.of(255, 0), "/wA=", true],
  ["application/x-www-form-urlencoded", "a=1", "YT0x", true],
])("a body of %s is handed on as text or as base64", async (type, sent, body, isBase64Encoded) => {
  const { call, events } = await serve();
  await call("/workflows", { method: "POST", headers: { "content-type": type }, body: sent });
  expect(events[0]).toMatchObject({ body, isBase64Encoded });
});

it("a handler's status, headers, cookies and body reach the caller", async () => {
  const { call } = await serve(() => ({
    statusCode: 202,
    headers: { "Content-Type": "application/problem+json", "x-count": 3 },
    cookies: ["a=1", "b=2"],
    body: Buffer.from("ü").toString("base64"),
    isBase64Encoded: true,
  }));
  const response = await call("/workflows", { method: "POST" });
  expect(response.status).toBe(202);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-count")).toBe("3");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("ü");
});

it("a result without a status code is the JSON body of a 200", async () => {
  const { call } = await serve(() => ({ a: 1 }));
  const response = await call("/workflows", { method: "POST" });
  expect([response.status, response.headers.get("content-type"), await response.json()]).toEqual([
    200,
    "application/json",
    { a: 1 },
  ]);
});

it.each([
  ["throws", () => Promise.reject(new Error("secret detail")), 500, "Internal Server Error"],
  ["answers with nonsense", () => ({ statusCode: "many" }), 500, "Internal Server Error"],
  ["times out", () => Promise.reject(new RefluxoError("local.function-timeout", "late")), 503, "Service Unavailable"],
])("a handler that %s gives a gateway error without its text", async (_what, answer, status, message) => {
  const { call } = await serve(answer);
  const response = await call("/workflows", { method: "POST" });
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

it("a route with an authoriser refuses a caller without the key, and never reaches the handler", async () => {
  const { call, events } = await serve();
  for (const wrong of [
    "",
    "Bearer",
    "Bearer wrong",
    developmentKey,
    `Bearer ${developmentKey}x`,
    `Basic ${developmentKey}`,
  ]) {
    const response = await call("/workflows", { method: "POST", headers: { authorization: wrong } });
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }]);
  }
  expect(events).toEqual([]);
});

it("a route without an authoriser is open, and its event names no caller", async () => {
  const { call, events } = await serve();
  expect((await call("/open", { headers: { authorization: "" } })).status).toBe(200);
  expect((await call("/open")).status).toBe(200);
  expect(events.map((event) => event.requestContext.authorizer)).toEqual([undefined, undefined]);
});

it.each([["/nowhere"], ["/workflows/w/resume/more"], ["/%E0%A4%A"]])("%s is not found", async (path) => {
  const { call } = await serve();
  const response = await call(path);
  expect([response.status, await response.json()]).toEqual([404, { message: "Not Found" }]);
});

it("a body of 10 MB goes through and a larger one is refused", async () => {
  const { call, events } = await serve();
  const post = (sizeBytes: number) =>
    call("/workflows", { method: "POST", headers: { "content-type": "text/plain" }, body: "x".repeat(sizeBytes) });
  expect((await post(10 * 1024 * 1024)).status).toBe(200);
  const response = await post(10 * 1024 * 1024 + 1);
  expect([response.status, await response.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
  expect(events).toHaveLength(1);
});

it("answers 503 until it serves", async () => {
  const { call, server, api } = await start();
  expect((await call("/workflows", { method: "POST" })).status).toBe(503);
  server.serve(api);
  expect((await call("/workflows", { method: "POST" })).status).toBe(200);
});

it("a caller that goes away in the middle of its body harms nobody", async () => {
  const { call, url, lines } = await serve();
  await new Promise<void>((resolve) => {
    const half = request(`${url}/workflows`, { method: "POST", headers: { authorization, "content-length": 100 } });
    half.on("error", () => resolve());
    half.write("half", () => half.destroy(new Error("gone")));
  });
  expect((await call("/workflows", { method: "POST" })).status).toBe(200);
  expect(lines.every((line) => line.source === "http")).toBe(true);
});

it("a stop waits for the request that runs", async () => {
  let finish: (value: unknown) => void = () => undefined;
  let begun: (value?: unknown) => void = () => undefined;
  const beginning = new Promise((resolve) => {
    begun = resolve;
  });
  const { server, call } = await serve(
    () =>
      new Promise((resolve) => {
        finish = resolve;
        begun();
      }),
  );
  const response = call("/workflows", { method: "POST" });
  await beginning;
  const stopping = server.stop();
  finish({ statusCode: 201 });
  expect((await response).status).toBe(201);
  // A connection that stayed open would hold the server.
  expect((await response).headers.get("connection")).toBe("close");
  await stopping;
  await expect(call("/open")).rejects.toThrow();
});
