import type { IncomingMessage } from "node:http";
import { RefluxoError } from "../../../engine/index.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../../ports/http-client.ts";
import type { AllowedNetworks } from "./allowed-networks.ts";
import { exchange, readBounded } from "./exchange.ts";
import { followRedirect, type Hop, redirectTarget } from "./redirect.ts";
import { type Resolve, resolveTarget, systemResolve } from "./resolve-target.ts";
import { readTarget, showTarget } from "./target-url.ts";

/** What a client works with. */
export interface HttpClientParts {
  readonly allowed: AllowedNetworks;
  readonly clock: Clock;
  readonly resolve?: Resolve;
}

/**
 * HTTP over Node's own modules, which alone let a caller choose the address of a connection (undici is not among them).
 * 1. Every hop, redirects included, goes to an address that was checked for this very hop. 2. No proxy, no cookie, no
 * connection of an earlier request is used. 3. Time and bytes are bounded for the whole chain.
 */
export class NodeHttpClient implements HttpClient {
  readonly #parts: HttpClientParts;

  constructor(parts: HttpClientParts) {
    this.#parts = parts;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { method, headers, body, timeoutMs } = request;
    const first: Hop = { method, url: readTarget(request.url), headers, ...(body !== undefined && { body }) };
    const name = `${method} ${showTarget(first.url)}`;
    const controller = new AbortController();
    const end = () =>
      controller.abort(new RefluxoError("http.timeout", `${name} took too long`, { isRetryable: true }));
    const cancel = this.#parts.clock.schedule(timeoutMs, end);
    if (request.signal.aborted) end();
    request.signal.addEventListener("abort", end);
    try {
      return await this.#follow(first, request, controller.signal);
    } catch (error) {
      throw describeFailure(controller.signal.aborted ? controller.signal.reason : error, name);
    } finally {
      cancel();
      request.signal.removeEventListener("abort", end);
      // A server may answer without reading the request: what is left of it would hold the connection open for good.
      controller.abort();
    }
  }

  async #follow(
    first: Hop,
    { maxRedirects, maxResponseBytes }: HttpRequest,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    let hop = first;
    for (let followed = 0; ; followed += 1) {
      const response = await this.#exchange(hop, signal);
      const status = response.statusCode ?? 0;
      const location = maxRedirects === 0 ? undefined : redirectTarget(status, response.headers.location);
      if (location === undefined) {
        return { status, headers: readHeaders(response), body: await readBounded(response, hop, maxResponseBytes) };
      }
      response.destroy();
      if (followed === maxRedirects) {
        throw new RefluxoError(
          "http.too-many-redirects",
          `${showTarget(first.url)} redirects over ${maxRedirects} times`,
        );
      }
      hop = followRedirect(hop, status, location);
    }
  }

  async #exchange(hop: Hop, signal: AbortSignal): Promise<IncomingMessage> {
    const { allowed, resolve = systemResolve } = this.#parts;
    // The system's resolver cannot be interrupted, only left behind.
    const addresses = await Promise.race([resolveTarget(hop.url, allowed, resolve), aborted(signal)]);
    return exchange(hop, addresses, signal);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function readHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).filter(([name]) => name !== "set-cookie");
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

/** What Node refuses to send will be refused again; everything else may pass. */
function describeFailure(error: unknown, name: string): unknown {
  if (error instanceof RefluxoError) return error;
  const { code = "" }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  if (error instanceof TypeError && code.startsWith("ERR_")) {
    return new RefluxoError("http.request-invalid", `${name} cannot be sent: ${code}`);
  }
  const reason = code === "" ? "the connection broke off" : code;
  return new RefluxoError("http.unreachable", `${name} failed: ${reason}`, { isRetryable: true, cause: error });
}
