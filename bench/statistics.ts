/** The middle of several values, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median with the least and the greatest value; throws when there are none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new RangeError("There is no median of no values");
  }
  return { median: (lower + upper) / 2, min, max };
}

/**
 * The exponent k of y = c · xᵏ that fits the points best: the slope of a straight line through their logarithms, by
 * least squares. Throws for fewer than two points or for values that have no logarithm.
 */
export function fitExponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  if (points.length < 2 || points.some(({ x, y }) => x <= 0 || y <= 0)) {
    throw new RangeError("An exponent needs two points or more, all of them positive");
  }
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(logs.map(({ x }) => x));
  const meanY = mean(logs.map(({ y }) => y));
  const covariance = mean(logs.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(logs.map(({ x }) => (x - meanX) ** 2));
}
