import { RefluxoError } from "../../../engine/index.ts";
import { readTarget, showTarget } from "./target-url.ts";

/** One request of the chain that redirects make. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What may go to an origin that the caller did not name: no credentials, under whatever header. */
const harmlessHeaders: readonly string[] = ["accept", "accept-language", "content-type", "user-agent"];

/** Where an answer leads, or undefined when it is no redirect. */
export function redirectTarget(status: number, location: string | undefined): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? location : undefined;
}

/**
 * The request that follows a redirect, by the Fetch standard: 303, and 301 and 302 of a POST, become a GET without a body.
 * Throws a terminal `http.redirect-refused` for a way from https to http, and what `readTarget` throws.
 */
export function followRedirect(hop: Hop, status: number, location: string): Hop {
  const url = readTarget(location, hop.url);
  if (hop.url.protocol === "https:" && url.protocol === "http:") {
    throw new RefluxoError("http.redirect-refused", `${showTarget(hop.url)} redirects from https to http`);
  }
  const becomesGet =
    (status === 303 && hop.method !== "HEAD") || ((status === 301 || status === 302) && hop.method === "POST");
  const isKept = (name: string) =>
    (url.origin === hop.url.origin || harmlessHeaders.includes(name)) && !(becomesGet && name.startsWith("content-"));
  return {
    method: becomesGet ? "GET" : hop.method,
    url,
    headers: Object.fromEntries(Object.entries(hop.headers).filter(([name]) => isKept(name))),
    ...(hop.body !== undefined && !becomesGet && { body: hop.body }),
  };
}
