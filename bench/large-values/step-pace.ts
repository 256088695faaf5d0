import { spreadOf } from "../statistics.ts";

/** How long the steps of a workflow take at its beginning and at its end. */
export interface StepPace {
  /** The median time between two steps of the first tenth, ms. */
  readonly firstTenthMs: number;
  /** The same of the last tenth. */
  readonly lastTenthMs: number;
  /** Last by first: 1 when a long history costs nothing. */
  readonly ratio: number;
}

/** The pace by when each step began, ms; undefined when a tenth has too few steps to say anything. */
export function paceOf(runsAtMs: readonly number[]): StepPace | undefined {
  const gaps = runsAtMs.slice(1).map((at, index) => at - (runsAtMs[index] ?? at));
  const tenth = Math.floor(gaps.length / 10);
  if (tenth < 9) return undefined;
  const firstTenthMs = spreadOf(gaps.slice(0, tenth)).median;
  const lastTenthMs = spreadOf(gaps.slice(-tenth)).median;
  return { firstTenthMs, lastTenthMs, ratio: lastTenthMs / firstTenthMs };
}
