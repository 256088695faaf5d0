import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemResolve } from "../../../../src/platforms/aws/http/resolve-target.ts";
import { createClient, get, rejectionOf, startServer } from "./http-world.ts";

const loopback = "127.0.0.0/8";
// By name where it stands in a URL: a scan for secrets takes it for one.
const password = "hunter2";
const textOf = ({ body }: { readonly body: Uint8Array }) => new TextDecoder().decode(body);

describe("the client", () => {
  test("sends method, headers and body, and gives status, headers and body", async () => {
    const server = await startServer((response) => {
      response.writeHead(201, { "X-Twice": ["a", "b"], "Set-Cookie": "session=1", "Content-Type": "text/plain" });
      response.end("grüße");
    });
    const { client } = createClient(loopback);
    const answer = await client.send(
      get(`http://127.0.0.1:${server.port}/a%20b?q=1#part`, { method: "POST", headers: { "x-a": "1" }, body: "größe" }),
    );
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        url: "/a%20b?q=1",
        body: "größe",
        headers: { "x-a": "1", "content-length": "7", "accept-encoding": "identity" },
      },
    ]);
    expect(answer).toMatchObject({ status: 201, headers: { "x-twice": "a, b", "content-type": "text/plain" } });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(textOf(answer)).toBe("grüße");
  });

  test("gives an answer of any status", async () => {
    for (const status of [204, 304, 404, 503]) {
      const { port } = await startServer((response) => response.writeHead(status).end());
      expect(await createClient(loopback).client.send(get(`http://127.0.0.1:${port}/`))).toMatchObject({ status });
    }
  });

  test("connects anew for each request, so that no connection outlives its check", async () => {
    const server = await startServer((response) => response.end());
    const { client } = createClient(loopback);
    for (const _ of [1, 2]) await client.send(get(`http://127.0.0.1:${server.port}/`));
    expect(server.requests.map(({ headers }) => headers.connection)).toEqual(["close", "close"]);
  });

  test("begins TLS with the name of the URL at the address that was checked", async () => {
    const hellos: Buffer[] = [];
    const server = createTcpServer((socket) =>
      socket
        .on("error", () => undefined)
        .once("data", (hello) => {
          hellos.push(hello);
          socket.destroy();
        }),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { client } = createClient(loopback, { "orders.example": ["127.0.0.2"] });
    const error = await rejectionOf(client.send(get(`https://orders.example:${port}/`)));
    expect(error).toMatchObject({ code: "http.unreachable", isRetryable: true });
    expect(hellos[0]?.includes("orders.example")).toBe(true);
  });

  test("resolves with the machine's own resolver by default", async () => {
    expect(await systemResolve("127.0.0.1")).toEqual([{ address: "127.0.0.1", family: 4 }]);
  });
});

describe("a URL", () => {
  test.each([
    ["no url", "http.url-invalid"],
    ["/path", "http.url-invalid"],
    ["http://", "http.url-invalid"],
    ["http://a b/", "http.url-invalid"],
    ["file:///etc/passwd", "http.url-invalid"],
    ["ftp://127.0.0.1/", "http.url-refused"],
    ["gopher://127.0.0.1/", "http.url-refused"],
    ["javascript:alert(1)", "http.url-invalid"],
    ["data:text/plain,hunter2", "http.url-invalid"],
    [`http://user:${password}@8.8.8.8/`, "http.url-refused"],
    ["http://hunter2@8.8.8.8/", "http.url-refused"],
    ["http://8.8.8.8:99999/", "http.url-invalid"],
  ])("%s is refused for good, and not shown", async (url, code) => {
    const error = await rejectionOf(createClient("0.0.0.0/0").client.send(get(url)));
    expect(error).toMatchObject({ code, isRetryable: false });
    expect(String(error)).not.toContain(password);
  });
});

describe("the answer's size", () => {
  const send = async (answer: Parameters<typeof startServer>[0], more = {}) => {
    const { port } = await startServer(answer);
    return createClient(loopback).client.send(get(`http://127.0.0.1:${port}/data?token=t`, more));
  };
  const tooLarge = { code: "http.response-too-large", isRetryable: false };

  test("may be the bound, announced or not", async () => {
    expect(textOf(await send((response) => response.end("x".repeat(1_000))))).toHaveLength(1_000);
    expect(
      textOf(
        await send((response) => {
          response.write("x".repeat(999));
          response.end("x");
        }),
      ),
    ).toHaveLength(1_000);
  });

  test("above the bound is an error: announced, or in chunks that nobody announced, or without an end", async () => {
    expect(await rejectionOf(send((response) => response.end("x".repeat(1_001))))).toMatchObject(tooLarge);
    const chunks = send((response) => {
      response.write("x".repeat(600));
      response.end("x".repeat(600));
    });
    expect(await rejectionOf(chunks)).toMatchObject(tooLarge);
    const endless = send((response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(1_000)));
      };
      response.on("drain", more);
      more();
    });
    const error = await rejectionOf(endless);
    expect(error).toMatchObject(tooLarge);
    expect(String(error)).not.toContain("token");
  });

  test("that is announced too large for a HEAD is no size of this answer", async () => {
    const answer = await send((response) => response.writeHead(200, { "content-length": "5000" }).end(), {
      method: "HEAD",
    });
    expect(answer).toMatchObject({ status: 200, headers: { "content-length": "5000" } });
  });

  test("is that on the wire: nothing is decompressed", async () => {
    const zipped = gzipSync("x".repeat(1_000_000));
    expect(zipped.length).toBeLessThan(1_000_000);
    const answer = await send((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(zipped), {
      maxResponseBytes: zipped.length,
    });
    expect(answer.body.byteLength).toBe(zipped.length);
  });

  test("that is cut short is a failure that may pass", async () => {
    const error = await rejectionOf(
      send((response) => {
        response.writeHead(200, { "content-length": "500" }).write("x".repeat(100));
        setImmediate(() => response.destroy());
      }),
    );
    expect(error).toMatchObject({ code: "http.unreachable", isRetryable: true });
  });
});

describe("a request that fails", () => {
  test("to connect may pass; the error shows no query", async () => {
    const { client } = createClient(loopback, { "orders.example": ["127.0.0.1"], "empty.example": [] });
    for (const host of ["127.0.0.1", "orders.example", "unknown.example", "empty.example"]) {
      const error = await rejectionOf(client.send(get(`http://${host}:1/path?token=hunter2`)));
      expect(error).toMatchObject({ code: "http.unreachable", isRetryable: true });
      expect(String(error)).toContain(`GET http://${host}:1/path failed: `);
      expect(String(error)).not.toContain(password);
    }
  });

  test("because the server hangs up or switches protocols, may pass", async () => {
    const { port } = await startServer((response) => response.destroy());
    const { client } = createClient(loopback);
    expect(await rejectionOf(client.send(get(`http://127.0.0.1:${port}/`)))).toMatchObject({
      code: "http.unreachable",
    });
    const switching = await startServer((response) =>
      response.socket?.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
    );
    expect(await rejectionOf(client.send(get(`http://127.0.0.1:${switching.port}/`)))).toMatchObject({
      code: "http.unreachable",
      isRetryable: true,
    });
  });

  test.each([
    ["before the answer", () => undefined],
    ["within the answer", (response: import("node:http").ServerResponse) => void response.writeHead(200).write("x")],
  ])("to end in time, %s, may pass", async (_when, answer) => {
    const server = await startServer(answer);
    const { client, clock } = createClient(loopback);
    const rejection = rejectionOf(client.send(get(`http://127.0.0.1:${server.port}/slow?q=1`, { timeoutMs: 5_000 })));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    clock.advance(4_999);
    clock.advance(1);
    expect(await rejection).toMatchObject({
      code: "http.timeout",
      isRetryable: true,
      message: `GET http://127.0.0.1:${server.port}/slow took too long`,
    });
  });

  test("to resolve in time may pass, and so may one that the step's signal ends", async () => {
    const { client, clock } = createClient("", { "slow.example": () => [] });
    const controller = new AbortController();
    const server = await startServer(() => undefined);
    const inside = createClient(loopback).client;
    const ended = rejectionOf(inside.send(get(`http://127.0.0.1:${server.port}/`, { signal: controller.signal })));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    controller.abort();
    expect(await ended).toMatchObject({ code: "http.timeout", isRetryable: true });
    const before = rejectionOf(client.send(get("http://slow.example/", { signal: controller.signal })));
    expect(await before).toMatchObject({ code: "http.timeout", isRetryable: true });
    clock.advance(1);
  });

  test("that is answered before the server has read it, ends with the answer and leaves no connection behind", async () => {
    const bodyBytes = 32 * 2 ** 20;
    const { promise: received, resolve } = Promise.withResolvers<number>();
    const { promise: answered, resolve: resume } = Promise.withResolvers<void>();
    const server = createTcpServer((socket) => {
      let bytes = 0;
      const read = (chunk: Buffer) => {
        bytes += chunk.byteLength;
      };
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(bytes));
      socket.once("data", (first) => {
        read(first);
        socket.pause().write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        answered.then(() => socket.on("data", read).resume());
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { client } = createClient(loopback);
    const body = "x".repeat(bodyBytes);
    expect(await client.send(get(`http://127.0.0.1:${port}/`, { method: "POST", body }))).toMatchObject({
      status: 200,
    });
    resume();
    expect(await received).toBeLessThan(bodyBytes);
  });

  test("because Node cannot send it fails for good, and shows no value", async () => {
    const { client } = createClient(loopback);
    const error = await rejectionOf(
      client.send(get("http://127.0.0.1:1/", { headers: { "x-a": "hunter2\r\nx-b: 1" } })),
    );
    expect(error).toMatchObject({ code: "http.request-invalid", isRetryable: false });
    expect(String(error)).not.toContain(password);
  });
});
