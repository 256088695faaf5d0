import { Coverage } from "./faults.ts";
import { runSchedules } from "./run-schedules.ts";

/** Which schedules to run. */
export interface SimulateOptions {
  /** The first seed. */
  readonly seed: number;
  readonly seeds: number;
  readonly hasSweeper: boolean;
  readonly maxNodes: number;
  /** Ends after so many seconds, whatever is left. */
  readonly seconds?: number;
}

/** What became of them. */
export interface SimulateReport {
  readonly schedules: number;
  readonly seconds: number;
  readonly coverage: Coverage;
  /** The first violation that was met. */
  readonly failure?: { readonly seed: number; readonly violations: readonly string[] };
}

/** Runs seed after seed until one violates an invariant, or time or seeds are used up. */
export async function simulate(options: SimulateOptions): Promise<SimulateReport> {
  const { seeds, hasSweeper, maxNodes, seconds = Number.POSITIVE_INFINITY } = options;
  const coverage = new Coverage();
  const beganAt = performance.now();
  const elapsed = () => (performance.now() - beganAt) / 1000;
  const end = options.seed + seeds;
  let seed = options.seed;
  let schedules = 0;
  let failure: SimulateReport["failure"];
  await runSchedules(
    () => (seed < end && elapsed() < seconds ? { seed: seed++, hasSweeper, maxNodes, coverage } : undefined),
    (simulation) => {
      schedules += 1;
      if (simulation.violations.length === 0) return true;
      failure = { seed: simulation.schedule.seed, violations: simulation.violations };
      return false;
    },
  );
  return { schedules, seconds: elapsed(), coverage, ...(failure && { failure }) };
}
