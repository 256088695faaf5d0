import * as v from "valibot";
import { maxEpochMs } from "./cursor.ts";
import { DefinitionId, TagName, TagValue, Version, WorkflowId } from "./ids.ts";
import { IncomingObject } from "./incoming-object.ts";

const textByName = v.record(v.string(), v.nullish(v.string()));

/**
 * What we read of an API Gateway HTTP API request, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const HttpEvent = v.looseObject({
  version: v.literal("2.0"),
  routeKey: v.string(),
  headers: v.nullish(textByName, {}),
  pathParameters: v.nullish(textByName, {}),
  // As it stands: a record would pass over names such as `__proto__`, and each route says itself what it takes.
  queryStringParameters: v.optional(v.unknown()),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean(), false),
  requestContext: v.looseObject({
    requestId: v.pipe(v.string(), v.nonEmpty("must not be empty")),
    authorizer: v.nullish(v.looseObject({ iam: v.optional(v.unknown()), jwt: v.optional(v.unknown()) })),
  }),
});
export type HttpEvent = v.InferOutput<typeof HttpEvent>;

/** How many items a page has at most, 1 to 100; a query has it as text. */
export const PageLimit = v.pipe(
  v.string(),
  v.regex(/^\d{1,3}$/, "must be a number"),
  v.transform(Number),
  v.minValue(1, "must be at least 1"),
  v.maxValue(100, "must be at most 100"),
);

const Cursor = v.pipe(v.string(), v.maxLength(512, "must be at most 512 characters"));

/** A point in time as text, such as `2026-11-24T18:00:00Z`; in the program it is epoch ms. */
const Instant = v.pipe(
  v.string(),
  v.isoTimestamp("must be a time such as 2026-11-24T18:00:00Z"),
  v.check((text) => isDay(text.slice(0, 10)), "must be a day that there is"),
  v.transform(Date.parse),
  v.check((ms) => ms >= 0 && ms <= maxEpochMs, "must be a time from 1970 to 9999"),
);

/** Whether a month has such a day: to `Date.parse` the 30th of February is one in March. */
function isDay(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}

/** The query of `GET /workflows`. */
export const HttpListQuery = v.strictObject({
  status: v.exactOptional(v.picklist(["active", "paused", "error", "completed", "failed"], "must be a status")),
  definitionId: v.exactOptional(DefinitionId),
  tag: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[^:]+:[\s\S]/, "must be a name and a value, such as customer:ada"),
      v.transform((text) => {
        const colon = text.indexOf(":");
        return { name: text.slice(0, colon), value: text.slice(colon + 1) };
      }),
      v.strictObject({ name: TagName, value: TagValue }),
    ),
  ),
  startedFrom: v.exactOptional(Instant),
  startedBefore: v.exactOptional(Instant),
  limit: v.optional(PageLimit, "50"),
  cursor: v.exactOptional(Cursor),
});

/** The query of `GET /workflows/{workflowId}/history`. */
export const HttpHistoryQuery = v.strictObject({
  limit: v.optional(PageLimit, "100"),
  cursor: v.exactOptional(Cursor),
});

/** The body of `POST /workflows/{workflowId}/cancel`; none is as good as an empty one. */
export const HttpCancelBody = v.strictObject({
  reason: v.exactOptional(v.pipe(v.string(), v.maxLength(500, "must be at most 500 characters"))),
});

/** The body of `POST /workflows/{workflowId}/retry`; none is as good as an empty one. */
export const HttpRetryBody = v.strictObject({ version: v.exactOptional(Version) });

/** The header `Idempotency-Key`: visible ASCII (draft-ietf-httpapi-idempotency-key-header). */
export const IdempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters"),
);

/** The body of `POST /workflows`. */
export const HttpStartBody = v.strictObject({
  definitionId: DefinitionId,
  workflowId: v.optional(WorkflowId),
  input: v.optional(v.unknown(), null),
  inputObject: v.exactOptional(IncomingObject),
});
export type HttpStartBody = v.InferOutput<typeof HttpStartBody>;

/** The body of `POST /resume/{workflowId}/{token}`, where the path says all the rest. */
export const HttpAnswerBody = v.strictObject({ payload: v.optional(v.unknown(), null) });

/** The body of `POST /workflows/{workflowId}/resume`; without a `version` the newest pause is meant. */
export const HttpResumeBody = v.strictObject({
  token: v.optional(v.pipe(v.string(), v.maxLength(512, "must be at most 512 characters"))),
  payload: v.optional(v.unknown(), null),
  payloadObject: v.exactOptional(IncomingObject),
  version: v.optional(Version),
});
export type HttpResumeBody = v.InferOutput<typeof HttpResumeBody>;
