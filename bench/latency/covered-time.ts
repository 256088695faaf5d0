/** A stretch of time, ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** How much of a stretch others cover together, ms; where they overlap it counts once. */
export function coveredTime({ from, to }: Interval, others: readonly Interval[]): number {
  let covered = 0;
  let reached = from;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(reached, other.from);
    const end = Math.min(to, other.to);
    if (end <= begin) continue;
    covered += end - begin;
    reached = end;
  }
  return covered;
}
