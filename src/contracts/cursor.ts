import * as v from "valibot";
import { Version, WorkflowId } from "./ids.ts";
import { ParseError, parse } from "./parse-error.ts";

/** The last millisecond of a year that ISO 8601 writes with four digits. */
export const maxEpochMs: number = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const EpochMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(maxEpochMs));

/** Where a list goes on: the place that the page before ended at. Whoever makes one up names a place, and no more. */
const ListPlace = v.strictTuple([EpochMs, WorkflowId]);

/** The opaque text of a place in a list. */
export function writeListCursor({ startedAt, workflowId }: { startedAt: number; workflowId: string }): string {
  return encode([startedAt, workflowId]);
}

/** The place in a list that a cursor names; throws a `ParseError` at `path` when it names none. */
export function readListCursor(text: string, path: string): { startedAt: number; workflowId: string } {
  const [startedAt, workflowId] = decode(ListPlace, text, path);
  return { startedAt, workflowId };
}

/** The opaque text of a place in a history, by the version that comes next. */
export function writeHistoryCursor(version: number): string {
  return encode([version]);
}

/** The version that a cursor names; throws a `ParseError` at `path` when it names none. */
export function readHistoryCursor(text: string, path: string): number {
  return decode(v.strictTuple([Version]), text, path)[0];
}

/** The place and a checksum of it: a place that was damaged on its way is no other place. It keeps no secret. */
function encode(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([...place, checksumOf(JSON.stringify(place))])).toString("base64url");
}

function decode<TSchema extends v.GenericSchema<unknown, readonly unknown[]>>(
  schema: TSchema,
  text: string,
  path: string,
): v.InferOutput<TSchema> {
  const place = readPlace(schema, text, path);
  // The decoder of base64url passes over what it does not know.
  if (encode(place) !== text) throw notOfThisList(path);
  return place;
}

function readPlace<TSchema extends v.GenericSchema>(
  schema: TSchema,
  text: string,
  path: string,
): v.InferOutput<TSchema> {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return parse(schema, Array.isArray(values) ? values.slice(0, -1) : values, path);
  } catch (cause) {
    throw notOfThisList(path, cause);
  }
}

function notOfThisList(path: string, cause?: unknown): ParseError {
  return new ParseError(path, "is not a cursor of this list", { cause });
}

/** FNV-1a, 32 bits. */
function checksumOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
