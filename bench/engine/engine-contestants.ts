import type { StepEnvironment } from "../../src/engine/index.ts";
import { type Contestant, take } from "../expressions/measure-steps.ts";
import {
  begin,
  chainWorkload,
  type EngineWorkload,
  loopWorkload,
  makeSteps,
  nestedData,
  smallData,
} from "./engine-workload.ts";

/** How many steps a run makes, at least; a workflow is always run to the end of its part. */
export interface RunLength {
  readonly stepsPerRun: number;
}

/** The part of a workflow that is measured, in steps. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** What one await costs that a step cannot do without: of an async function that resolves to an object. */
function awaitContestant({ stepsPerRun }: RunLength): Contestant {
  const work = async () => ({ data: smallData });
  let last: unknown;
  const run = async () => {
    for (let step = 0; step < stepsPerRun; step++) last = await work();
    if (last === undefined) throw new Error("Nothing was awaited");
    return stepsPerRun;
  };
  return { name: "await of an async function, no engine", run: () => take(run) };
}

/** Workflows one after the other; only a part of each is measured, when there is one. */
function workflowContestant(
  name: string,
  workload: EngineWorkload,
  { stepsPerRun }: RunLength,
  {
    part = { from: 0, to: workload.steps },
    environment,
  }: { readonly part?: Part; readonly environment?: StepEnvironment } = {},
): Contestant {
  const steps = part.to - part.from;
  const workflows = Math.ceil(stepsPerRun / steps);
  const run = async () => {
    let cpuMs = 0;
    let durationMs = 0;
    for (let workflow = 0; workflow < workflows; workflow++) {
      const before = await makeSteps(workload, begin(workload), part.from, environment);
      const taken = await take(async () => {
        await makeSteps(workload, before, steps, environment);
        return steps;
      });
      cpuMs += taken.cpuMs;
      durationMs += taken.durationMs;
    }
    return { steps: workflows * steps, cpuMs, durationMs };
  };
  return { name, run };
}

/** A host's own environment: its signal could abort, so the engine has to watch it. */
function hostEnvironment(): StepEnvironment {
  return { signal: new AbortController().signal, resumeToken: async () => "" };
}

/** What is compared; the first is what the others are ratios to. */
export function engineContestants(length: RunLength): readonly Contestant[] {
  const longLoop = loopWorkload(10_000, smallData);
  const chainOf = (nodes: number) =>
    workflowContestant(`graph of ${nodes} nodes`, chainWorkload(nodes, smallData), length);
  return [
    awaitContestant(length),
    workflowContestant("10 nodes, small data", chainWorkload(10, smallData), length),
    workflowContestant("10 nodes, a host's signal", chainWorkload(10, smallData), length, {
      environment: hostEnvironment(),
    }),
    workflowContestant("10 nodes, nested data", chainWorkload(10, nestedData), length),
    workflowContestant("loop of 1,000 visits", loopWorkload(1_000, smallData), length),
    workflowContestant("loop of 10,000 visits", longLoop, length),
    workflowContestant("loop of 10,000: first tenth", longLoop, length, { part: { from: 0, to: 1_000 } }),
    workflowContestant("loop of 10,000: last tenth", longLoop, length, { part: { from: 9_000, to: 10_000 } }),
    chainOf(1_000),
    chainOf(5_000),
  ];
}
