import fc from "fast-check";
import { runSchedule } from "./run-schedules.ts";
import type { Schedule, Simulation } from "./simulation.ts";

/** A violation in as few deviations as could be found. */
export interface Shrunk {
  readonly simulation: Simulation;
  readonly deviations: number;
}

/**
 * Shrinks a schedule that violates an invariant: fast-check takes deviations out of the list as long as some
 * invariant is violated. What is left out falls back to the calm course, so the trace tells only what matters.
 */
export async function shrink({ seed, hasSweeper, maxNodes, children, steps, carries }: Schedule): Promise<Shrunk> {
  const base = {
    ...{ seed, hasSweeper },
    ...(maxNodes !== undefined && { maxNodes }),
    ...(children && { children }),
    ...(steps && { steps }),
    ...(carries !== undefined && { carries }),
  };
  const found = await runSchedule(base);
  const isHarmless = async (deviations: readonly (readonly [number, number])[]) => {
    const { violations } = await runSchedule({ ...base, deviations: new Map(deviations) });
    return violations.length === 0;
  };
  const all = found.deviations;
  const result = await fc.check(fc.asyncProperty(fc.subarray(all), isHarmless), { examples: [[all]], numRuns: 1 });
  const [deviations = all] = result.counterexample ?? [];
  const simulation = await runSchedule({ ...base, deviations: new Map(deviations), isTraced: true });
  return { simulation, deviations: deviations.length };
}
