import { RefluxoError, type StepContext } from "../../engine/index.ts";
import type { HttpRequest } from "../../ports/http-client.ts";
import { idempotencyKeyOf } from "../idempotency-key.ts";
import type { HttpRequestData } from "./http-request-data.ts";
import { readHeaders } from "./request-headers.ts";

/** What a request needs beside its data. */
export interface RequestParts {
  readonly step: StepContext;
  readonly secret: (reference: string) => Promise<string>;
}

/**
 * The request that a node's data describes. Throws terminal errors that show no value: `http.url-invalid`,
 * `http.header-refused`, `http.body-refused` (GET and HEAD have none); and what the secret's source throws.
 */
export async function buildRequest(data: HttpRequestData, { step, secret }: RequestParts): Promise<HttpRequest> {
  const { method, timeoutMs, maxResponseBytes, followRedirects } = data;
  const content = readContent(data);
  const own: (readonly [string, string])[] = [...Object.entries(data.headers ?? {})];
  if (data.auth !== undefined) own.push(await readAuth(data.auth, secret));
  if (data.idempotencyKey === true) own.push(["idempotency-key", await idempotencyKeyOf(step.stepKey)]);
  return {
    method,
    url: addQuery(data),
    headers: { "user-agent": "refluxo-dispatcher", ...content?.headers, ...readHeaders(own) },
    ...(content !== undefined && { body: content.body }),
    timeoutMs,
    maxResponseBytes,
    maxRedirects: followRedirects,
    signal: step.signal,
  };
}

function readContent({ method, body }: HttpRequestData) {
  if (body === undefined) return undefined;
  if (method === "GET" || method === "HEAD") throw new RefluxoError("http.body-refused", `${method} has no body`);
  return typeof body === "string"
    ? { body, headers: { "content-type": "text/plain; charset=utf-8" } }
    : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

async function readAuth(
  { secret: reference, header, scheme }: NonNullable<HttpRequestData["auth"]>,
  secret: RequestParts["secret"],
): Promise<readonly [string, string]> {
  const word = scheme ?? (header === undefined ? "Bearer" : undefined);
  const value = await secret(reference);
  return [header ?? "authorization", word === undefined ? value : `${word} ${value}`];
}

function addQuery({ url: text, query = {} }: HttpRequestData): string {
  const url = URL.parse(text);
  if (url === null) throw new RefluxoError("http.url-invalid", "The URL is not an absolute URL");
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(item));
  }
  return url.href;
}
