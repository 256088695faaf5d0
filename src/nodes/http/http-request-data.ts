import * as v from "valibot";
import { recordOf } from "../record-of.ts";

/** The most bytes of an answer that a node may ask for, and as many as it gets without asking. */
const greatestResponseBytes = 10 * 2 ** 20;
const defaultResponseBytes = 2 ** 20;

const Statuses = v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(200), v.maxValue(599)));
const Scalar = v.union([v.string(), v.number(), v.boolean()]);
const Text = v.pipe(v.string(), v.minLength(1, "must not be empty"));
const Count = (least: number, greatest: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(greatest));

/** A request, and which answers count as what. */
export const HttpRequestData = v.strictObject({
  method: v.picklist(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
  url: v.pipe(Text, v.maxLength(8_192)),
  headers: v.exactOptional(recordOf(v.string())),
  /** Added to the URL's own; a list adds its name once for each value. */
  query: v.exactOptional(recordOf(v.union([Scalar, v.array(Scalar)]))),
  /** Text as it is, anything else as JSON. */
  body: v.optional(v.unknown()),
  /** For the whole exchange, redirects included, ms. */
  timeoutMs: v.optional(Count(1, 900_000), 10_000),
  retryableStatuses: v.optional(Statuses, [408, 425, 429, 500, 502, 503, 504]),
  /** Statuses of results; 200 to 299 when absent. */
  successStatuses: v.exactOptional(Statuses),
  maxResponseBytes: v.optional(Count(1, greatestResponseBytes), defaultResponseBytes),
  /** The most redirects that are followed. */
  followRedirects: v.optional(Count(0, 10), 5),
  /** By the answer's content type when absent. */
  responseType: v.exactOptional(v.picklist(["json", "text", "base64"])),
  /** A secret by reference, for a header: `Authorization: Bearer <secret>` when nothing else is said. */
  auth: v.exactOptional(
    v.strictObject({
      secret: Text,
      header: v.exactOptional(Text),
      scheme: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/, "must be one word, such as Bearer"))),
    }),
  ),
  /** Sends the step's key as `Idempotency-Key`: the same for every attempt. */
  idempotencyKey: v.exactOptional(v.boolean()),
});
export type HttpRequestData = v.InferOutput<typeof HttpRequestData>;
