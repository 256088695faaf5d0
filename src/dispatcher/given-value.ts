import type { IncomingObject } from "../contracts/incoming-object.ts";
import { ParseError } from "../contracts/parse-error.ts";
import { parseJson } from "../contracts/parse-json.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { Outcome } from "./outcome.ts";
import type { WorkContext } from "./work-context.ts";

/** A value that a command brings: itself, or an object that holds it. */
export interface Given {
  /** What it is called in answers. */
  readonly name: "input" | "payload";
  readonly value: unknown;
  readonly object: IncomingObject | undefined;
}

/** The value and its JSON text, or what is to become of the command. */
export type GivenValue =
  | { readonly type: "value"; readonly value: unknown; readonly text: string }
  | (Outcome & { readonly type: "refused" | "deferred" });

/**
 * Reads the value that a command brings. A document is read alone: what it takes in memory nobody knows before. Throws
 * what the object store throws.
 */
export async function readGiven(
  { dependencies: parts, isAlone }: WorkContext,
  { name, value, object }: Given,
): Promise<GivenValue> {
  if (object === undefined) return sized(parts, name, value);
  if (value !== null) return refuse("invalid", `Give ${name} or ${name}Object, not both`);
  if (!isAlone) return { type: "deferred" };
  const { blobs, payloadBucket: bucket, settings } = parts;
  const range = { offset: 0, maxBytes: settings.maxValueBytes };
  const part = await blobs.read({ bucket, key: object.key }, range);
  if (part === undefined) return refuse("invalid", `There is no object ${object.key} in the payload bucket`);
  if (part.totalBytes > range.maxBytes) return tooLarge(name, part.totalBytes, range.maxBytes);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(part.bytes);
    return sized(parts, name, parseJson(text, `$.${name}`));
  } catch (error) {
    if (error instanceof ParseError) {
      return { type: "refused", code: "invalid", reason: error.message, loggable: error.loggable };
    }
    if (error instanceof TypeError) return refuse("invalid", `The object ${object.key} is not UTF-8`);
    throw error;
  }
}

function sized({ settings: { maxValueBytes } }: DispatcherParts, name: Given["name"], value: unknown): GivenValue {
  const text = JSON.stringify(value);
  const sizeBytes = Buffer.byteLength(text);
  return sizeBytes > maxValueBytes ? tooLarge(name, sizeBytes, maxValueBytes) : { type: "value", value, text };
}

function tooLarge(name: Given["name"], sizeBytes: number, maxBytes: number): GivenValue {
  return refuse("too-large", `The ${name} takes ${sizeBytes} bytes; the limit is ${maxBytes}`);
}

function refuse(code: "invalid" | "too-large", reason: string): GivenValue {
  return { type: "refused", code, reason };
}
