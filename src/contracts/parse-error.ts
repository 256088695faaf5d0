import * as v from "valibot";
import { RefluxoError } from "../engine/refluxo-error.ts";

/** A key may be a megabyte long; an error is not. */
const maxPathLength = 200;
const maxReasonLength = 500;

/** What a `ParseError` may be told besides. */
export interface ParseErrorOptions {
  readonly cause?: unknown;
  /** Says it without quoting the input, where path or reason do quote it. */
  readonly loggable?: string;
}

/** Input that can never be valid: `path` says where (JSONPath-like, `$.a.b`), the message says why. */
export class ParseError extends RefluxoError {
  override readonly name = "ParseError";
  readonly path: string;
  readonly reason: string;
  /** The message for a log line, without anything that the input itself says: keys and values may be a payload (I16). */
  readonly loggable: string;

  constructor(path: string, reason: string, options: ParseErrorOptions = {}) {
    const [shortPath, shortReason] = [path.slice(0, maxPathLength), reason.slice(0, maxReasonLength)];
    super("input.invalid", `${shortPath}: ${shortReason}`, options);
    this.path = shortPath;
    this.reason = shortReason;
    this.loggable = options.loggable ?? this.message;
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
  throw new ParseError(path === null ? root : `${root}.${path}`, reasonOf(issue), loggableOf(issue, root));
}

/** The path to an unknown field ends in the input's own word. */
function loggableOf(issue: v.BaseIssue<unknown>, root: string): { readonly loggable?: string } {
  if (issue.expected !== "never") return {};
  const keys = (issue.path ?? []).slice(0, -1).map(({ key }) => `.${String(key)}`);
  return { loggable: `${root}${keys.join("")}: has a field that is not known` };
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === "never") return "is not a known field";
  // valibot ends some messages with what it received; a payload has no business in a reason (I16).
  return issue.message.replace(/ but received [\s\S]*$/, "");
}
