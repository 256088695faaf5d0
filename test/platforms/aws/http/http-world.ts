import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { type AllowedNetworks, parseAllowedNetworks } from "../../../../src/platforms/aws/http/allowed-networks.ts";
import { NodeHttpClient } from "../../../../src/platforms/aws/http/node-http-client.ts";
import type { Address, Resolve } from "../../../../src/platforms/aws/http/resolve-target.ts";
import { SimulatedClock } from "../../../../src/platforms/memory/index.ts";
import type { HttpRequest } from "../../../../src/ports/http-client.ts";

/** A server on a loopback address of its own, and what reached it. */
export interface LocalServer {
  readonly port: number;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
}

/** Starts a server on loopback that answers as told; ends with the test. */
export async function startServer(
  answer: (response: ServerResponse, request: IncomingMessage, count: number) => void = (response) =>
    response.end("reached"),
  options: { readonly host?: string; readonly server?: (listener: Parameters<typeof createServer>[1]) => Server } = {},
): Promise<LocalServer> {
  const { host = "127.0.0.1", server: create = (listener) => createServer(listener) } = options;
  const requests: LocalServer["requests"] = [];
  const server = create(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    const count = requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response, request, count);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen");
  return { port: address.port, requests };
}

/** A resolver that knows these names, and how often each was asked for. */
export class FakeResolver {
  readonly asked: string[] = [];
  readonly #names: Readonly<Record<string, readonly string[] | ((count: number) => readonly string[])>>;

  constructor(names: Readonly<Record<string, readonly string[] | ((count: number) => readonly string[])>>) {
    this.#names = names;
  }

  readonly resolve: Resolve = async (hostname) => {
    this.asked.push(hostname);
    const found = this.#names[hostname];
    if (found === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" });
    const addresses =
      typeof found === "function" ? found(this.asked.filter((name) => name === hostname).length) : found;
    return addresses.map((address): Address => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
}

/** A client of a test: `allowed` as HTTP_ALLOWED_NETWORKS has it. */
export function createClient(
  allowed: string | AllowedNetworks = "",
  names: ConstructorParameters<typeof FakeResolver>[0] = {},
) {
  const clock = new SimulatedClock();
  const resolver = new FakeResolver(names);
  const networks = typeof allowed === "string" ? parseAllowedNetworks(allowed) : allowed;
  return { client: new NodeHttpClient({ allowed: networks, clock, resolve: resolver.resolve }), clock, resolver };
}

/** A GET of a URL. */
export function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "GET",
    url,
    headers: {},
    timeoutMs: 10_000,
    maxResponseBytes: 1_000,
    maxRedirects: 5,
    signal: new AbortController().signal,
    ...more,
  };
}

/** What a promise rejects with; throws when it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("It did not reject");
    },
    (error: unknown) => error,
  );
}
