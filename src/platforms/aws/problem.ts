import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ParseError } from "../../contracts/parse-error.ts";
import type { Outcome, RefusalCode } from "../../dispatcher/index.ts";
import { RefluxoError } from "../../engine/index.ts";

const unavailableDetail =
  "The request may not have been carried out in full. It is safe to send it again, if a resume names its version or token.";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

const refusals: Readonly<Record<RefusalCode, ProblemKind>> = {
  invalid: { status: 400, title: "The request is not valid" },
  "not-found": { status: 404, title: "There is no such workflow" },
  forbidden: { status: 403, title: "The request is not allowed" },
  expired: { status: 410, title: "The resume token has expired" },
  "too-early": { status: 409, title: "The workflow does not wait there yet" },
  conflict: { status: 409, title: "The request conflicts with what happened before" },
  "too-large": { status: 413, title: "The request is too large" },
};

const parseProblems: Readonly<Record<string, ProblemKind & { readonly code: string }>> = {
  "input.too-large": { code: "too-large", ...refusals["too-large"] },
  "input.media-type": { code: "media-type", status: 415, title: "The content type is not supported" },
  "http.not-found": { code: "no-route", status: 404, title: "There is no such route" },
};

/**
 * An `application/problem+json` answer (RFC 9457) for a refusal; `type` is stable, `detail` says what to change, and
 * `errors` says it by field of a payload.
 */
export function refusalProblem(
  code: RefusalCode,
  detail: string,
  instance: string,
  errors?: (Outcome & { readonly type: "refused" })["problems"],
): APIGatewayProxyStructuredResultV2 {
  return problem({ code, ...refusals[code] }, detail, instance, errors);
}

/** The HTTP status of a refusal. */
export function refusalStatus(code: RefusalCode): number {
  return refusals[code].status;
}

/** The answer for something thrown: what callers can mend is explained, everything else says nothing of the inside. */
export function errorProblem(error: unknown, instance: string): APIGatewayProxyStructuredResultV2 {
  if (error instanceof ParseError) {
    const kind = parseProblems[error.code] ?? { code: "invalid", ...refusals.invalid };
    return problem(kind, error.message, instance);
  }
  if (error instanceof RefluxoError && error.isRetryable) {
    const kind = { code: "unavailable", status: 503, title: "The service is not available; try again" };
    return { ...problem(kind, unavailableDetail, instance) };
  }
  return problem({ code: "internal", status: 500, title: "Something went wrong" }, undefined, instance);
}

function problem(
  { code, status, title }: ProblemKind & { readonly code: string },
  detail: string | undefined,
  instance: string,
  errors?: readonly object[],
): APIGatewayProxyStructuredResultV2 {
  const type = `urn:refluxo:problem:${code}`;
  return {
    statusCode: status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify({
      type,
      title,
      status,
      ...(detail !== undefined && { detail }),
      instance,
      ...(errors && { errors }),
    }),
  };
}
