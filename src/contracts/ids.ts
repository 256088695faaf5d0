import * as v from "valibot";

const forbiddenKeys: readonly string[] = ["__proto__", "constructor", "prototype"];

/** A workflow's id: 1 to 128 letters, digits, `.`, `_`, `:` and `-`, so that it is safe in a URL path, a key and a log. */
export const WorkflowId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._:-]{1,128}$/, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"),
  v.check((id) => !forbiddenKeys.includes(id) && !/^\.+$/.test(id), "is a reserved name"),
);
export type WorkflowId = v.InferOutput<typeof WorkflowId>;

/** Whether a text is one, for ids that come from code. */
export function isWorkflowId(text: string): boolean {
  return v.is(WorkflowId, text);
}

/** A definition's id: 1 to 64 letters, digits, `_` and `-`. */
export const DefinitionId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 characters of A-Z a-z 0-9 _ -"),
  v.check((id) => !forbiddenKeys.includes(id), "is a reserved name"),
);
export type DefinitionId = v.InferOutput<typeof DefinitionId>;

/** A snapshot version: a whole number from 0 (I1). */
export const Version = v.pipe(
  v.number(),
  v.safeInteger("must be a whole number"),
  v.minValue(0, "must not be negative"),
);
export type Version = v.InferOutput<typeof Version>;

/** The name of a tag: 1 to 32 letters, digits, `_` and `-`. */
export const TagName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 characters of A-Z a-z 0-9 _ -"),
  v.check((name) => !forbiddenKeys.includes(name), "is a reserved name"),
);
export type TagName = v.InferOutput<typeof TagName>;

/** The most characters of a tag's value. */
export const maxTagLength = 256;

/** The value of a tag. */
export const TagValue = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(maxTagLength, `must be at most ${maxTagLength} characters`),
);
export type TagValue = v.InferOutput<typeof TagValue>;
