import type { IncomingObject } from "../contracts/incoming-object.ts";
import { ParseError } from "../contracts/parse-error.ts";
import { parseJson } from "../contracts/parse-json.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { Outcome } from "./outcome.ts";

/** A value that a command brings: itself, or an object that holds it. */
export interface Given {
  /** What it is called in answers. */
  readonly name: "input" | "payload";
  readonly value: unknown;
  readonly object: IncomingObject | undefined;
}

/** The value and its JSON text, or why it is refused. */
export type GivenValue = { readonly type: "value"; readonly value: unknown; readonly text: string } | Refusal;
type Refusal = Outcome & { readonly type: "refused" };

/** Reads the value that a command brings. Throws what the object store throws. */
export async function readGiven(parts: DispatcherParts, { name, value, object }: Given): Promise<GivenValue> {
  if (object === undefined) return sized(parts, name, value);
  if (value !== null) return refuse("invalid", `Give ${name} or ${name}Object, not both`);
  const { blobs, payloadBucket: bucket, settings } = parts;
  const range = { offset: 0, maxBytes: settings.maxValueBytes };
  const part = await blobs.read({ bucket, key: object.key }, range);
  if (part === undefined) return refuse("invalid", `There is no object ${object.key} in the payload bucket`);
  if (part.totalBytes > range.maxBytes) return tooLarge(name, part.totalBytes, range.maxBytes);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(part.bytes);
    // The document's own text, not one made anew: a large one is in memory often enough.
    return { type: "value", value: parseJson(text, `$.${name}`), text };
  } catch (error) {
    if (error instanceof ParseError) return refuse("invalid", error.message);
    if (error instanceof TypeError) return refuse("invalid", `The object ${object.key} is not UTF-8`);
    throw error;
  }
}

function sized({ settings: { maxValueBytes } }: DispatcherParts, name: Given["name"], value: unknown): GivenValue {
  const text = JSON.stringify(value);
  const sizeBytes = Buffer.byteLength(text);
  return sizeBytes > maxValueBytes ? tooLarge(name, sizeBytes, maxValueBytes) : { type: "value", value, text };
}

function tooLarge(name: Given["name"], sizeBytes: number, maxBytes: number): Refusal {
  return refuse("too-large", `The ${name} takes ${sizeBytes} bytes; the limit is ${maxBytes}`);
}

function refuse(code: "invalid" | "too-large", reason: string): Refusal {
  return { type: "refused", code, reason };
}
