import * as v from "valibot";

const problemCodes = [
  "invalid",
  "forbidden",
  "expired",
  "not-found",
  "no-route",
  "too-early",
  "conflict",
  "too-large",
  "media-type",
  "internal",
  "unavailable",
] as const;

/** The stable code of an error that the HTTP API itself answers. */
export type ProblemCode = (typeof problemCodes)[number];

/** How an error is answered. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every error that the HTTP API itself answers. */
export const httpProblems: Readonly<Record<ProblemCode, ProblemKind>> = {
  /** It can never be valid: malformed, an unknown field or definition, a cursor that is none. */
  invalid: { status: 400, title: "The request is not valid" },
  /** The resume token is missing or wrong; says no more than that (I16). */
  forbidden: { status: 403, title: "The request is not allowed" },
  /** The resume token was good, and its time is over. */
  expired: { status: 410, title: "The resume token has expired" },
  /** No such workflow or definition. */
  "not-found": { status: 404, title: "There is no such resource" },
  /** The route is in the template and not in the code. */
  "no-route": { status: 404, title: "There is no such route" },
  /** The pause is not committed yet: ask again. */
  "too-early": { status: 409, title: "The workflow does not wait there yet" },
  /** Something else happened first. */
  conflict: { status: 409, title: "The request conflicts with what happened before" },
  /** A body above 256 KiB, or a document above what is stored. */
  "too-large": { status: 413, title: "The request is too large" },
  /** A body that is not JSON by its content type. */
  "media-type": { status: 415, title: "The content type is not supported" },
  /** A bug; the log has it under the request's id. */
  internal: { status: 500, title: "Something went wrong" },
  /** A service behind the API did not answer: send the request again. */
  unavailable: { status: 503, title: "The service is not available; try again" },
};

/** The `type` of the problem with this code: stable, and no address. */
export function problemTypeOf(code: ProblemCode): `urn:refluxo:problem:${ProblemCode}` {
  return `urn:refluxo:problem:${code}`;
}

/** Every error of ours, as `application/problem+json` (RFC 9457); `instance` names the request in the log. */
export const Problem = v.strictObject({
  type: v.picklist(problemCodes.map(problemTypeOf)),
  title: v.string(),
  status: v.number(),
  detail: v.exactOptional(v.string()),
  instance: v.string(),
  errors: v.exactOptional(
    v.pipe(
      v.array(v.object({ path: v.string(), message: v.string() })),
      v.readonly(),
      v.description("What is wrong with a payload, by field; the path of the whole is `root`."),
    ),
  ),
});
export type Problem = v.InferOutput<typeof Problem>;

/** An answer of API Gateway itself: without authorisation, throttled, or of an unknown route. */
export const GatewayAnswer = v.object({ message: v.nullish(v.string()) });
export type GatewayAnswer = v.InferOutput<typeof GatewayAnswer>;
