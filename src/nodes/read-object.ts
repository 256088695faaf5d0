import * as v from "valibot";
import { parseJson } from "../contracts/parse-json.ts";
import { RefluxoError } from "../engine/index.ts";
import { decodeText, toBase64 } from "./bytes.ts";
import { defineNode } from "./define-node.ts";
import { given } from "./given.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";

const defaultMaxBytes = 2 ** 20;

/** The largest object that can be read, bytes: a result has no room for more. */
const greatestMaxBytes = 50 * 2 ** 20;

/** Which object to read, and as what. */
export const ReadObjectData = v.strictObject({
  bucket: v.exactOptional(
    v.pipe(v.string(), v.minLength(1), v.description("One of the readable buckets; the payload bucket when absent.")),
  ),
  key: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.maxLength(1024), v.description("The object's key.")),
  as: v.pipe(v.picklist(["json", "text", "base64"]), v.description("How to read it; text is UTF-8.")),
  maxBytes: v.exactOptional(
    v.pipe(
      v.number(),
      v.safeInteger(),
      v.minValue(1),
      v.maxValue(greatestMaxBytes),
      v.description("The largest object that is read; 1 MiB when absent, at most 50 MiB."),
    ),
  ),
});
export type ReadObjectData = v.InferOutput<typeof ReadObjectData>;

/** An object's content. */
export const ReadObject = v.strictObject({ body: v.unknown(), sizeBytes: v.number() });
export type ReadObject = v.InferOutput<typeof ReadObject>;

/**
 * Reads an object of one of the readable buckets. Throws terminal errors: `object.bucket-refused`, `object.key-refused`
 * (the large values of workflows), `object.missing`, `object.too-large`, and `object.not-json` or `object.not-text` when it has
 * other content. What the service throws is retried.
 */
export const readObject = defineNode({
  metadata: { description: "Reads an object of S3.", input: ReadObjectData, output: ReadObject },
  retryPolicy: serviceRetryPolicy,
  async executor(data, _context, _externalPayload, globals) {
    const { blobs, payloadBucket, readableBuckets } = given(globals, "globals");
    const { bucket = payloadBucket, key, maxBytes = defaultMaxBytes } = data;
    if (!readableBuckets.includes(bucket)) {
      throw new RefluxoError("object.bucket-refused", `Nodes may not read the bucket ${bucket}`);
    }
    if (bucket === payloadBucket && key.startsWith("values/")) {
      throw new RefluxoError(
        "object.key-refused",
        "values/ holds the large values of workflows, which nodes find in their context",
      );
    }
    const name = `The object ${key} in ${bucket}`;
    const part = await blobs.read({ bucket, key }, { offset: 0, maxBytes });
    if (part === undefined) throw new RefluxoError("object.missing", `${name} is not there`);
    const { bytes, totalBytes: sizeBytes } = part;
    if (sizeBytes > maxBytes) {
      throw new RefluxoError("object.too-large", `${name} has ${sizeBytes} bytes, more than maxBytes (${maxBytes})`);
    }
    return { data: { body: decode(bytes, data.as, name), sizeBytes } };
  },
});

function decode(bytes: Uint8Array, as: ReadObjectData["as"], name: string): unknown {
  if (as === "base64") return toBase64(bytes);
  const text = decodeText(bytes);
  if (text === undefined) throw new RefluxoError("object.not-text", `${name} is not UTF-8 text`);
  if (as === "text") return text;
  try {
    return parseJson(text);
  } catch (cause) {
    throw new RefluxoError("object.not-json", `${name} is not JSON that can be taken`, { cause });
  }
}
