import * as v from "valibot";
import { ParseError, parse } from "./parse-error.ts";
import { parseJson } from "./parse-json.ts";

const Secret = v.pipe(v.string(), v.minLength(32, "must have at least 32 characters"));
const KeyId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 characters of A-Z a-z 0-9 _ -"));

/** The keys of resume tokens: which one signs, and every one that verifies, by id. */
export interface ResumeKeySet {
  readonly current: { readonly id: string; readonly secret: string };
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Parses the text of the resume key secret: `{ "current": "k2", "k1": "<secret>", "k2": "<secret>" }`. Throws a
 * `ParseError` that never shows a secret.
 */
export function parseResumeKeys(text: string): ResumeKeySet {
  const { current, ...rest } = parse(v.looseObject({ current: KeyId }), parseJson(text, "$secret"), "$secret");
  const keys = new Map(Object.entries(parse(v.record(KeyId, Secret), rest, "$secret")));
  const secret = keys.get(current);
  if (secret === undefined) throw new ParseError("$secret.current", "must name one of the keys");
  return { current: { id: current, secret }, keys };
}
