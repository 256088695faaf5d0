/** What one evaluation of an expression may take; a value beyond ends it with a terminal error. */
export interface ExpressionLimits {
  /** Time from its beginning, ms; what else runs in the process counts too, a pause of it up to 250 ms. */
  readonly timeMs: number;
  /** How deep evaluations may nest: a call of a function takes about 5, a tail call none. */
  readonly depth: number;
  /** Items of a sequence that the expression makes, a range too. */
  readonly sequenceLength: number;
  /** UTF-16 code units of a text that the expression makes, or that a function works on. */
  readonly textLength: number;
  /** The largest value on the way to the result, bytes by a rough count; all together 8 times that. */
  readonly valueBytes: number;
  /** The result, bytes of JSON; an interpolated text too. */
  readonly resultBytes: number;
}

const mebibyte = 2 ** 20;

/** The limits of an engine that was given none. */
export const defaultExpressionLimits: ExpressionLimits = {
  timeMs: 1000,
  depth: 1000,
  // Much of JSONata takes quadratic time, without a pause in which the clock could be looked at.
  sequenceLength: 10_000,
  textLength: mebibyte,
  valueBytes: 16 * mebibyte,
  resultBytes: 16 * mebibyte,
};
