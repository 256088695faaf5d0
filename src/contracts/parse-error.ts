import * as v from "valibot";
import { RefluxoError } from "../engine/refluxo-error.ts";

/** Input that can never be valid: `path` says where (JSONPath-like, `$.a.b`), the message says why. */
export class ParseError extends RefluxoError {
  override readonly name = "ParseError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options: { cause?: unknown } = {}) {
    super("input.invalid", `${path}: ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** Checks a value against a schema; throws a `ParseError` that names the path and the reason of the first issue. */
export function parse<TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
  root = "$",
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  // valibot ends some messages with what it received; a payload has no business in a reason (I16).
  throw new ParseError(path === null ? root : `${root}.${path}`, issue.message.replace(/ but received [\s\S]*$/, ""));
}
