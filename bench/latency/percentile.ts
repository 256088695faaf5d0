/**
 * The value that so many of a hundred do not exceed, by nearest rank: one of the values, never a mean of two. Throws
 * when there are none, or for a rank that is not above 0 and at most 100.
 */
export function percentile(values: readonly number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`There is no percentile ${percent}`);
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (found === undefined) throw new RangeError("There is no percentile of no values");
  return found;
}
