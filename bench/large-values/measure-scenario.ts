import type { Run } from "./run-in-worker.ts";
import type { Scenario } from "./scenario.ts";

/** A run in a process that stands for a function with so much memory. */
export interface LimitedRun extends Run {
  readonly memoryMegabytes: number;
  /** Whether the workflow ended as expected and the process never had more than this memory resident. */
  readonly isWithin: boolean;
}

/** What was measured of one scenario. */
export interface Measurement {
  readonly scenario: Scenario;
  /** With as much memory as Node likes to take. */
  readonly free: Run;
  /** From the template's default memory upwards, until a run is within its memory; none when the free run failed. */
  readonly limited: readonly LimitedRun[];
}

/** Runs a scenario once with at most so much heap, MB; as much as Node likes when absent. */
export type RunScenario = (scenario: Scenario, heapMegabytes?: number) => Promise<Run>;

/** Sizes that are tried above the template's default, MB. */
const largerMemories: readonly number[] = [768, 1024, 1536, 2048, 3072];
/** The part of a function's memory that V8 may use; Node itself and the bytes of objects lie outside its heap. */
const heapShare = 0.75;

/** Measures a scenario without a limit, and then with one after another from `memoryMegabytes` up until one suffices. */
export async function measureScenario(
  run: RunScenario,
  scenario: Scenario,
  memoryMegabytes: number,
): Promise<Measurement> {
  const free = await run(scenario);
  const limited: LimitedRun[] = [];
  const sizes = [memoryMegabytes, ...largerMemories.filter((larger) => larger > memoryMegabytes)];
  for (const size of free.problem === undefined ? sizes : []) {
    const found = await runWithMemory(run, scenario, size);
    limited.push(found);
    if (found.isWithin) break;
  }
  return { scenario, free, limited };
}

/** Runs a scenario in a process that stands for a function with so much memory. */
export async function runWithMemory(
  run: RunScenario,
  scenario: Scenario,
  memoryMegabytes: number,
): Promise<LimitedRun> {
  const found = await run(scenario, Math.floor(memoryMegabytes * heapShare));
  const { problem, peakMebibytes = Number.POSITIVE_INFINITY } = found;
  return { ...found, memoryMegabytes, isWithin: problem === undefined && peakMebibytes <= memoryMegabytes };
}
/** Why the workflow did not end as expected, with whatever memory; undefined when it did. */
export function problemOf({ free, limited }: Measurement): string | undefined {
  if (free.problem !== undefined) return free.problem;
  return limited.some(({ isWithin }) => isWithin) ? undefined : "no memory size that was tried suffices";
}
