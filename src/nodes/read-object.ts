import * as v from "valibot";
import { parseJson } from "../contracts/parse-json.ts";
import { type NodeDefinition, RefluxoError } from "../engine/index.ts";
import type { NodeGlobals } from "../ports/node-globals.ts";
import { decodeText, toBase64 } from "./bytes.ts";
import { given } from "./given.ts";
import { serviceRetryPolicy } from "./service-retry-policy.ts";

const defaultMaxBytes = 2 ** 20;

/** The largest object that can be read, bytes: a result has no room for more. */
const greatestMaxBytes = 50 * 2 ** 20;

/** Which object to read, and as what. */
export const ReadObjectData = v.strictObject({
  /** The payload bucket when absent. */
  bucket: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
  key: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.maxLength(1024)),
  as: v.picklist(["json", "text", "base64"]),
  maxBytes: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(greatestMaxBytes))),
});
export type ReadObjectData = v.InferOutput<typeof ReadObjectData>;

/** An object's content. */
export interface ReadObject {
  readonly body: unknown;
  readonly sizeBytes: number;
}

/**
 * Reads an object of one of the readable buckets. Throws terminal errors: `object.bucket-refused`, `object.key-refused`
 * (the large values of workflows), `object.missing`, `object.too-large`, and `object.not-json` or `object.not-text` when it has
 * other content. What the service throws is retried.
 */
export const readObject: NodeDefinition<ReadObjectData, ReadObject, NodeGlobals> = {
  metadata: { input: ReadObjectData },
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
};

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
