import { Coverage } from "./faults.ts";
import { runSchedules } from "./run-schedules.ts";

/** Which schedules to run. */
export interface SimulateOptions {
  /** The first seed. */
  readonly seed: number;
  readonly seeds: number;
  /** From one seed to the next; 1 when absent. */
  readonly stride?: number;
  readonly hasSweeper: boolean;
  readonly maxNodes: number;
  /** Which worlds have child workflows; some when absent. */
  readonly children?: "all" | "none";
  /** How many steps a message may run (StepsPerInvocation); every seed decides for itself when absent. */
  readonly steps?: number;
  /** Whether messages carry their workflow; every seed decides for itself when absent. */
  readonly carries?: boolean;
  /** Ends after so many seconds, whatever is left. */
  readonly seconds?: number;
  /** Whether it is to end now, whatever is left. */
  readonly isStopped?: () => boolean;
}

/** What became of them. */
export interface SimulateReport {
  readonly schedules: number;
  readonly seconds: number;
  /** What the process took of the processors, its compiler and garbage collector included, s. */
  readonly cpuSeconds: number;
  readonly coverage: Coverage;
  /** The first violation that was met. */
  readonly failure?: { readonly seed: number; readonly violations: readonly string[] };
}

/** Runs seed after seed until one violates an invariant, or time or seeds are used up. */
export async function simulate(options: SimulateOptions): Promise<SimulateReport> {
  const {
    seeds,
    hasSweeper,
    maxNodes,
    children,
    steps,
    carries,
    stride = 1,
    seconds = Number.POSITIVE_INFINITY,
  } = options;
  const coverage = new Coverage();
  const beganAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const elapsed = () => (performance.now() - beganAt) / 1000;
  const end = options.seed + seeds * stride;
  let seed = options.seed;
  const isOver = () => seed >= end || elapsed() >= seconds || options.isStopped?.() === true;
  const next = () => {
    if (isOver()) return undefined;
    const schedule = {
      seed,
      hasSweeper,
      maxNodes,
      coverage,
      ...(children && { children }),
      ...(steps && { steps }),
      ...(carries !== undefined && { carries }),
    };
    seed += stride;
    return schedule;
  };
  let schedules = 0;
  let failure: SimulateReport["failure"];
  await runSchedules(next, (simulation) => {
    schedules += 1;
    if (simulation.violations.length === 0) return true;
    failure = { seed: simulation.schedule.seed, violations: simulation.violations };
    return false;
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  return { schedules, seconds: elapsed(), cpuSeconds, coverage, ...(failure && { failure }) };
}
