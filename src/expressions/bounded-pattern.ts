import safeRegex from "safe-regex2";
import { ExpressionError } from "./expression-error.ts";

/** The most ways in which a pattern may try to match a text: V8, which interprets it at first, takes some tenths of a second. */
const maxWays = 5e7;

/** The longest text that any pattern works on, UTF-16 code units. */
const greatestTextLength = 2 ** 20;

/**
 * Why a pattern is not taken: it could take exponential time. safe-regex2 finds repetitions of repetitions; repetitions
 * of alternatives, `(a|a)*`, it does not.
 */
export function findPatternProblem({ source }: RegExp): string | undefined {
  if (!safeRegex(source)) return `/${source}/ repeats what repeats, which could take exponential time`;
  if (repeatsAlternatives(source)) return `/${source}/ repeats alternatives, which could take exponential time`;
  return undefined;
}

/**
 * A pattern that works on short texts only, the shorter the more it repeats: a text of n characters can be matched in
 * about C(n + k, k + 1) ways by one with k choices. Its `exec` throws `expression.too-large` beyond.
 */
export class BoundedPattern extends RegExp {
  readonly #maxTextLength: number;

  constructor(pattern: RegExp) {
    super(pattern);
    this.#maxTextLength = maxTextLengthOf(pattern.source);
  }

  override exec(text: string): RegExpExecArray | null {
    if (typeof text !== "string") throw new ExpressionError("expression.failed", "a pattern matches texts only");
    if (text.length <= this.#maxTextLength) return super.exec(text);
    throw new ExpressionError(
      "expression.too-large",
      `/${this.source}/ works on texts of at most ${this.#maxTextLength} characters, and this one has ${text.length}`,
    );
  }
}

/** The longest text that a pattern of this source takes, UTF-16 code units. */
export function maxTextLengthOf(source: string): number {
  const choices = countChoices(source);
  let low = 1;
  let high = greatestTextLength;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (waysOf(middle + choices, choices + 1) <= maxWays) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The binomial coefficient of n over k. */
export function waysOf(n: number, k: number): number {
  let ways = 1;
  for (let index = 1; index <= k; index++) ways *= (n - k + index) / index;
  return ways;
}

/**
 * The quantifiers, alternatives and references back (`\1`, `\k<name>`) of a pattern: each multiplies the ways to match, or
 * for a reference the work of each way, by the length of the text.
 */
function countChoices(source: string): number {
  const quantifiers = withoutSets(source).match(/(?<!\()[*+?]\??|\{\d+,\d*\}\??|\|/g) ?? [];
  const escapes: readonly string[] = source.match(/\\[\s\S]/g) ?? [];
  return quantifiers.length + escapes.filter((escaped) => /[1-9k]/.test(escaped)).length;
}

/** Whether a group with a `|` somewhere in it is followed by `*`, `+` or `{`. */
function repeatsAlternatives(source: string): boolean {
  const pattern = withoutSets(source);
  // Whether each group that is open has an alternative; the first is the pattern itself.
  const open = [false];
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === "(") open.push(false);
    if (char === "|") open[open.length - 1] = true;
    if (char !== ")" || open.length === 1) continue;
    const hasAlternatives = open.pop() ?? false;
    if (hasAlternatives && /[*+{]/.test(pattern.charAt(index + 1))) return true;
    if (hasAlternatives) open[open.length - 1] = true;
  }
  return false;
}

/** The pattern with its escapes and its sets of characters as one letter each. */
function withoutSets(source: string): string {
  return source.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, "x");
}
