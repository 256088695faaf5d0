import { Agent, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure, Agent as SecureAgent } from "node:https";
import type { LookupFunction } from "node:net";
import { RefluxoError } from "../../../engine/index.ts";
import type { Hop } from "./redirect.ts";
import type { Address } from "./resolve-target.ts";
import { showTarget } from "./target-url.ts";

/**
 * Sends one request to one of these addresses and nowhere else, over a connection of its own; resolves when the answer
 * begins. Rejects with what Node throws, an `AbortError` when the signal aborts.
 */
export function exchange(hop: Hop, addresses: readonly Address[], signal: AbortSignal): Promise<IncomingMessage> {
  const isSecure = hop.url.protocol === "https:";
  const agent = isSecure ? new SecureAgent({ keepAlive: false }) : new Agent({ keepAlive: false });
  const send = isSecure ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    // Node would leave the length of a body out for DELETE and OPTIONS, and a server take it for the next request.
    const length = hop.body === undefined ? {} : { "content-length": Buffer.byteLength(hop.body) };
    const headers = { ...hop.headers, ...length, "accept-encoding": "identity" };
    const outgoing = send(hop.url, { method: hop.method, headers, agent, signal, lookup: lookupAmong(addresses) });
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    // Nobody asked to switch protocols; Node leaves such a connection to the listener.
    outgoing.once("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("The server switched protocols"));
    });
    outgoing.end(hop.body);
  });
}

/** Node asks for one address, or for all that it may try in turn. */
function lookupAmong(addresses: readonly Address[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/**
 * The body of an answer, up to a bound that holds whatever `content-length` says. Throws a terminal
 * `http.response-too-large`, and what the stream throws when it breaks off.
 */
export async function readBounded(response: IncomingMessage, hop: Hop, maxBytes: number): Promise<Uint8Array> {
  const announced = hop.method === "HEAD" ? 0 : Number(response.headers["content-length"] ?? 0);
  const chunks: Uint8Array[] = [];
  let sizeBytes = announced > maxBytes ? announced : 0;
  if (sizeBytes === 0) {
    for await (const chunk of response) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError("An answer without encoding comes in bytes");
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (sizeBytes <= maxBytes) return Buffer.concat(chunks);
  response.destroy();
  throw new RefluxoError("http.response-too-large", `The answer of ${showTarget(hop.url)} has over ${maxBytes} bytes`);
}
