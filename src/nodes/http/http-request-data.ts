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
  method: v.pipe(
    v.picklist(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    v.description("What to do with the URL."),
  ),
  url: v.pipe(Text, v.maxLength(8_192), v.description("An absolute http: or https: URL, without user and password.")),
  headers: v.exactOptional(recordOf(v.string(), "Texts by name.")),
  query: v.exactOptional(
    recordOf(v.union([Scalar, v.array(Scalar)]), "Added to the URL's own; a list adds its name once for each value."),
  ),
  body: v.optional(v.pipe(v.unknown(), v.description("A text as it is, anything else as JSON; not for GET and HEAD."))),
  timeoutMs: v.optional(
    v.pipe(Count(1, 900_000), v.description("For the whole exchange, redirects included, ms; 10,000 when absent.")),
    10_000,
  ),
  retryableStatuses: v.optional(
    v.pipe(Statuses, v.description("Statuses that may pass; 408, 425, 429, 500, 502, 503 and 504 when absent.")),
    [408, 425, 429, 500, 502, 503, 504],
  ),
  successStatuses: v.exactOptional(
    v.pipe(Statuses, v.description("Statuses that are results; 200 to 299 when absent.")),
  ),
  maxResponseBytes: v.optional(
    v.pipe(Count(1, greatestResponseBytes), v.description("The largest answer; 1 MiB when absent, at most 10 MiB.")),
    defaultResponseBytes,
  ),
  followRedirects: v.optional(
    v.pipe(Count(0, 10), v.description("The most redirects that are followed; 5 when absent.")),
    5,
  ),
  responseType: v.exactOptional(
    v.pipe(
      v.picklist(["json", "text", "base64"]),
      v.description("How the answer is read; by its content type when absent."),
    ),
  ),
  auth: v.exactOptional(
    v.pipe(
      v.strictObject({
        secret: v.pipe(Text, v.description("A reference: ssm:… or secretsmanager:…")),
        header: v.exactOptional(
          v.pipe(Text, v.description("The header that it goes into; Authorization when absent.")),
        ),
        scheme: v.exactOptional(
          v.pipe(
            v.string(),
            v.regex(/^[\w-]{1,40}$/, "must be one word, such as Bearer"),
            v.description("The word before it; Bearer in Authorization when absent."),
          ),
        ),
      }),
      v.description("A secret by reference, for a header."),
    ),
  ),
  idempotencyKey: v.exactOptional(
    v.pipe(v.boolean(), v.description("True sends the step's key, the same for every attempt, as Idempotency-Key.")),
  ),
});
export type HttpRequestData = v.InferOutput<typeof HttpRequestData>;
