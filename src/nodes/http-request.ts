import * as v from "valibot";
import { RefluxoError, RetryableError } from "../engine/index.ts";
import type { HttpResponse } from "../ports/http-client.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { buildRequest } from "./http/build-request.ts";
import { HttpRequestData } from "./http/http-request-data.ts";
import { readBody } from "./http/read-body.ts";
import { readRetryAfter } from "./http/retry-after.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";
import { uncheckedRecord } from "./unchecked.ts";

/** An answer: its headers by lower-case name, without `set-cookie`; its `body` is null when it is empty. */
export const HttpAnswer = v.strictObject({ status: v.number(), headers: uncheckedRecord<string>(), body: v.unknown() });
export type HttpAnswer = v.InferOutput<typeof HttpAnswer>;

/**
 * Sends an HTTP request, at least once. An answer with another status than a successful one is an error: retryable
 * (`http.status-503`), not before its Retry-After, or terminal (`http.status-404`). Throws besides what
 * `HttpClient.send`, `buildRequest` and `readBody` throw. No error's text has the query, a header or the body.
 */
export const httpRequest = defineNode({
  metadata: {
    description: "Sends an HTTP request and results in its answer.",
    input: HttpRequestData,
    output: HttpAnswer,
  },
  retryPolicy: serviceRetryPolicy,
  async executor(data, _context, _externalPayload, givenGlobals, givenStep) {
    const globals = given(givenGlobals, "globals");
    const step = given(givenStep, "step");
    const request = await buildRequest(data, { step, secret: (reference) => globals.secret(reference) });
    const answer = await globals.http.send(request);
    assertSuccess(data, answer, step.startedAt);
    const { status, headers } = answer;
    return { data: { status, headers, body: readBody(answer, data.responseType) } };
  },
});

function assertSuccess(data: HttpRequestData, { status, headers }: HttpResponse, now: number): void {
  const isSuccess = data.successStatuses?.includes(status) ?? (status >= 200 && status < 300);
  if (isSuccess) return;
  const { origin, pathname } = new URL(data.url);
  const code = `http.status-${status}`;
  const message = `${data.method} ${`${origin}${pathname}`.slice(0, 200)} was answered with the status ${status}`;
  if (!data.retryableStatuses.includes(status)) throw new RefluxoError(code, message);
  const afterMs = readRetryAfter(headers, now);
  throw new RetryableError(message, { code, ...(afterMs !== undefined && { afterMs }) });
}
