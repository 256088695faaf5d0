import { assertPicture, assertReading } from "./assert-picture.ts";
import type { EvaluationGuard } from "./evaluation-guard.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Focus, isJsonataFunction, type NativeFunction } from "./jsonata-types.ts";
import { distinct, sort, spread } from "./linear-functions.ts";
import { toJson } from "./to-json.ts";
import { watchedMatcher } from "./watched-matcher.ts";

/** One call of a built-in function. */
export interface NativeCall {
  readonly guard: EvaluationGuard;
  readonly focus: Focus;
  /** JSONata's own function. */
  readonly original: NativeFunction["implementation"];
}

/** What is called in place of a built-in function; its signature has checked the arguments' types. */
type Replacement = (call: NativeCall, args: readonly unknown[]) => unknown;

/** The longest text to look for in another. */
const maxSoughtLength = 10_000;

/** The greatest product of both lengths, which it can take to look for a text: V8 takes about a second. */
const maxComparisons = 1e9;

const callOriginal: Replacement = ({ focus, original }, args) => original.call(focus, ...args);

/** The original, once the arguments are known to be harmless. */
function checked(check: (guard: EvaluationGuard, args: readonly unknown[]) => void): Replacement {
  return (call, args) => {
    check(call.guard, args);
    return callOriginal(call, args);
  };
}

/** Looks for a text that is not too long, or for a pattern whose matches are watched: each walks over the replacement. */
const seek: Replacement = (call, [text, sought, ...others]) => {
  const { guard } = call;
  if (typeof sought === "string") assertSought(sought, text);
  const watched = watchedMatcher(sought, () => {
    guard.check();
    guard.noteMade(others[0]);
  });
  return callOriginal(call, [text, watched, ...others]);
};

function assertSought(sought: string, text: unknown): void {
  const textLength = typeof text === "string" ? text.length : 0;
  const longest = Math.min(maxSoughtLength, Math.floor(maxComparisons / Math.max(1, textLength)));
  if (sought.length <= longest) return;
  throw new ExpressionError("expression.too-large", `what is looked for is longer than ${longest} characters`);
}

const checkPicture = checked((_guard, [, picture]) => assertPicture(picture));

/**
 * Built-in functions that JSONata does not bound: in time or memory, by a picture, or by what they do to functions. Names
 * that are not here call JSONata's own.
 */
export const replacements: ReadonlyMap<string, Replacement> = new Map(
  Object.entries({
    contains: seek,
    match: seek,
    split: seek,
    replace: seek,
    substringBefore: seek,
    substringAfter: seek,
    // JSONata repeats the whole of what it pads with, and then cuts it.
    pad: checked((guard, [, width, padding]) => {
      guard.assertTextLength(Math.abs(Number(width ?? 0)) * Math.max(1, String(padding ?? "").length));
    }),
    join: checked((guard, [texts, separator]) => guard.assertTextLength(joinedLength(texts, separator))),
    formatNumber: checkPicture,
    formatInteger: checkPicture,
    parseInteger: checkPicture,
    fromMillis: checkPicture,
    now: ({ guard, focus, original }, [picture, timezone]) => {
      assertPicture(picture);
      return original.call(focus, guard.saidTime, picture, timezone);
    },
    millis: ({ guard }) => guard.saidTime,
    toMillis: ({ guard, focus, original }, [text, picture]) => {
      assertReading(text, picture);
      // What a picture leaves out is taken from this time.
      const environment = { ...focus.environment, timestamp: new Date(guard.saidTime) };
      return original.call({ ...focus, environment }, text, picture);
    },
    string: (call, [value, prettify]) => {
      const isObject = typeof value === "object" && value !== null && !isJsonataFunction(value);
      call.guard.assertSize(value);
      return callOriginal(call, [isObject ? toJson(value, call.guard.limits.valueBytes) : value, prettify]);
    },
    clone: ({ guard }, [value]) => {
      if (value === undefined) return undefined;
      guard.assertSizeAnew(value);
      return withoutPrototypes(toJson(value, guard.limits.valueBytes));
    },
    spread: ({ focus }, [value]) => spread(focus, value),
    distinct: ({ focus, guard }, [value]) => distinct(focus, value, guard.limits.valueBytes),
    sort: (call, [items, comparator]) =>
      (comparator === undefined ? sort(items) : undefined) ?? callOriginal(call, [items, comparator]),
  }),
);

/** UTF-16 code units. */
function joinedLength(texts: unknown, separator: unknown): number {
  if (!Array.isArray(texts)) return 0;
  const length = texts.reduce<number>((sum, text: unknown) => sum + (typeof text === "string" ? text.length : 0), 0);
  return length + texts.length * (typeof separator === "string" ? separator.length : 0);
}

/** `|…|…|` assigns to what it clones, and assigning to `__proto__` must be like assigning to any other name. */
function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const bare = Object.create(null);
  for (const [key, item] of Object.entries(value)) bare[key] = withoutPrototypes(item);
  return bare;
}
