import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import { fromBase64, sizeOf } from "./bytes.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";

/** Where in the payload bucket nodes write: nothing there expires, and nothing else uses it. */
const folder = "objects/";

/** S3 takes keys of 1,024 bytes. */
const maxKeyBytes = 1_024 - folder.length;

const isPlainKey = (key: string) =>
  sizeOf(key) <= maxKeyBytes &&
  !/[\p{Cc}\p{Cs}\\]/u.test(key) &&
  key.split("/").every((part) => part !== "" && part !== "." && part !== "..");

/** What to write, and where below `objects/`. */
export const WriteObjectData = v.strictObject({
  key: v.pipe(
    v.string(),
    v.check(
      isPlainKey,
      `must be names with / between them, none of them empty, "." or "..", without control characters and backslashes, at most ${maxKeyBytes} bytes`,
    ),
    v.description("The key below `objects/`: names with / between them."),
  ),
  body: v.pipe(v.unknown(), v.description("Any value.")),
  as: v.exactOptional(
    v.pipe(
      v.picklist(["json", "text", "base64"]),
      v.description("`text` for a body that is text and `json` for any other, when absent; `base64` is decoded."),
    ),
  ),
  contentType: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(200),
      v.regex(/^[\x21-\x7e][\x20-\x7e]*$/, "must be a content type"),
      v.description("By `as` when absent."),
    ),
  ),
});
export type WriteObjectData = v.InferOutput<typeof WriteObjectData>;

/** The object that was written. */
export const WrittenObject = v.strictObject({ bucket: v.string(), key: v.string(), sizeBytes: v.number() });
export type WrittenObject = v.InferOutput<typeof WrittenObject>;

/**
 * Writes an object into the payload bucket, below `objects/`, replacing one of the same key: a retry writes the same
 * again. Throws a terminal `object.body-invalid` for a body of another form; what the service throws is retried.
 */
export const writeObject = defineNode({
  metadata: { description: "Writes an object to S3, below `objects/`.", input: WriteObjectData, output: WrittenObject },
  retryPolicy: serviceRetryPolicy,
  async executor(data, _context, _externalPayload, globals) {
    const { blobs, payloadBucket: bucket } = given(globals, "globals");
    const key = `${folder}${data.key}`;
    const { bytes, contentType } = encode(data);
    await blobs.write({ bucket, key }, bytes, data.contentType ?? contentType);
    return { data: { bucket, key, sizeBytes: bytes.byteLength } };
  },
});

function encode({ body, as = typeof body === "string" ? "text" : "json" }: WriteObjectData) {
  if (as === "json") return { bytes: utf8(JSON.stringify(body ?? null)), contentType: "application/json" };
  if (typeof body !== "string") throw invalid(`as "${as}" the body must be text`);
  if (as === "text") return { bytes: utf8(body), contentType: "text/plain; charset=utf-8" };
  const bytes = fromBase64(body);
  if (bytes === undefined) throw invalid("the body is not base64");
  return { bytes, contentType: "application/octet-stream" };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function invalid(reason: string): RefluxoError {
  return new RefluxoError("object.body-invalid", `The object is not written: ${reason}`);
}
