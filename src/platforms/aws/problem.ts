import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { httpProblems, type Problem, type ProblemCode, problemTypeOf } from "../../contracts/http-problems.ts";
import { ParseError } from "../../contracts/parse-error.ts";
import type { RefusalCode } from "../../dispatcher/index.ts";
import { RefluxoError } from "../../engine/index.ts";

const unavailableDetail =
  "The request may not have been carried out in full. It is safe to send it again, if a resume names its version or token.";

const parseProblems: Readonly<Record<string, ProblemCode>> = {
  "input.too-large": "too-large",
  "input.media-type": "media-type",
  "http.not-found": "no-route",
};

/**
 * An `application/problem+json` answer (RFC 9457) for a refusal; `type` is stable, `detail` says what to change, and
 * `errors` says it by field of a payload.
 */
export function refusalProblem(
  code: RefusalCode,
  detail: string,
  instance: string,
  errors?: Problem["errors"],
): APIGatewayProxyStructuredResultV2 {
  return problem(code, detail, instance, errors);
}

/** The answer for something thrown: what callers can mend is explained, everything else says nothing of the inside. */
export function errorProblem(error: unknown, instance: string): APIGatewayProxyStructuredResultV2 {
  if (error instanceof ParseError) return problem(parseProblems[error.code] ?? "invalid", error.message, instance);
  if (error instanceof RefluxoError && error.isRetryable) return problem("unavailable", unavailableDetail, instance);
  return problem("internal", undefined, instance);
}

function problem(
  code: ProblemCode,
  detail: string | undefined,
  instance: string,
  errors?: Problem["errors"],
): APIGatewayProxyStructuredResultV2 {
  const { status, title } = httpProblems[code];
  const body: Problem = {
    type: problemTypeOf(code),
    title,
    status,
    ...(detail !== undefined && { detail }),
    instance,
    ...(errors !== undefined && { errors }),
  };
  return {
    statusCode: status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}
