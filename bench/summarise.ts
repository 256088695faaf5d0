import type { Calls, Units } from "./call-recorder.ts";
import type { ContenderResults } from "./measure.ts";
import type { LoadResult } from "./run-load.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { Load } from "./workload.ts";

/** Costs divided by the number of steps. */
export interface CostsPerStep extends Units {
  readonly calls: number;
}

/** One contender under one load: medians over the rounds. */
export interface Summary {
  readonly name: string;
  readonly isOurs: boolean;
  readonly load: Load;
  /** Everything, divided by the number of steps. */
  readonly perStep: CostsPerStep;
  /** The same without what is requested once per workflow. */
  readonly perStepOnly: CostsPerStep;
  readonly callsPerStep: Calls;
  readonly callsPerWorkflow: Calls;
  readonly callsOfFirstWorkflow: Calls;
  readonly pollerCallsPerStep: Calls;
  readonly stepsPerSecond: Spread;
  /** Round by round. */
  readonly stepsPerSecondByRound: readonly number[];
}

/**
 * Sums up what was measured. `lone` is the same contender's run of one workflow: what it pays once per workflow cannot
 * be told apart while requests overlap, and is the same for every workflow.
 */
export function summarise({ contender, results }: ContenderResults, lone: LoadResult): Summary {
  const [first] = results;
  if (first === undefined || lone.costs === undefined) throw new TypeError("There are no results to sum up");
  const { load } = first;
  const steps = load.workflows * load.steps;
  const medianPerStep = (read: (result: LoadResult) => number) => spreadOf(results.map(read)).median / steps;
  const perStep = {
    calls: medianPerStep(({ calls }) => countAll(calls.perStep) + countAll(calls.once)),
    writeUnits: medianPerStep(({ units }) => units.writeUnits),
    readUnits: medianPerStep(({ units }) => units.readUnits),
    bytesWritten: medianPerStep(({ units }) => units.bytesWritten),
  };
  const perStepOnly = {
    calls: medianPerStep(({ calls }) => countAll(calls.perStep)),
    ...withoutOnce(perStep, lone.costs.once, load),
  };
  const stepsPerSecondByRound = results.map(({ durationMs }) => (steps * 1000) / durationMs);
  return {
    name: contender.name,
    isOurs: contender.isOurs,
    load,
    perStep,
    perStepOnly,
    callsPerStep: medianCalls(results, ({ calls }) => calls.perStep, steps),
    callsPerWorkflow: medianCalls(results, ({ calls }) => calls.once, load.workflows),
    callsOfFirstWorkflow: first.onceCallsOfFirst,
    pollerCallsPerStep: medianCalls(results, ({ pollerCalls }) => pollerCalls, steps),
    stepsPerSecond: spreadOf(stepsPerSecondByRound),
    stepsPerSecondByRound,
  };
}

/** Units per step without a step's share of what is paid once per workflow. */
function withoutOnce(perStep: Units, once: Units, { steps }: Load): Units {
  return {
    writeUnits: perStep.writeUnits - once.writeUnits / steps,
    readUnits: perStep.readUnits - once.readUnits / steps,
    bytesWritten: perStep.bytesWritten - once.bytesWritten / steps,
  };
}

function countAll(calls: Calls): number {
  return Object.values(calls).reduce((total, count) => total + count, 0);
}

/** The median number of each operation's requests, divided. */
function medianCalls(results: readonly LoadResult[], read: (result: LoadResult) => Calls, by: number): Calls {
  const rounds = results.map(read);
  const operations = [...new Set(rounds.flatMap((calls) => Object.keys(calls)))].sort();
  return Object.fromEntries(
    operations.map((operation) => [operation, spreadOf(rounds.map((calls) => calls[operation] ?? 0)).median / by]),
  );
}
