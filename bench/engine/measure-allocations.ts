import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Snapshot } from "../../src/engine/index.ts";
import { begin, chainWorkload, type EngineWorkload, loopWorkload, makeSteps, smallData } from "./engine-workload.ts";

/** What a step takes of the heap. */
export interface Allocations {
  readonly name: string;
  /** By the step and its node, whether it is dropped at once or kept, bytes. */
  readonly allocatedBytes: number;
  /** Of what was allocated, what the newest snapshot alone still holds, bytes. */
  readonly keptBytes: number;
}

/** Few enough that V8 need not collect while they are made: its youngest space holds megabytes. */
const steps = 1_000;

/** Measures what steps allocate, one workload after the other, by code that was compiled before. */
export async function measureAllocations({ stepsToWarm = 100_000 } = {}): Promise<readonly Allocations[]> {
  const collect = findCollector();
  const loop = loopWorkload(10_000, smallData);
  const chain = chainWorkload(5_000, smallData);
  for (let warm = 0; warm < stepsToWarm; warm += 10) await makeSteps(loop, begin(loop), 10);
  const work = async () => ({ data: smallData });
  const awaiting = async () => {
    for (let step = 0; step < steps; step++) await work();
  };
  return [
    await measure("await of an async function, no engine", collect, awaiting),
    await measureFrom("loop, visits 1 to 1,000", collect, loop, 0),
    await measureFrom("loop, visits 9,001 to 10,000", collect, loop, 9_000),
    await measureFrom("graph of 5,000 nodes, the last 1,000", collect, chain, 4_000),
  ];
}

async function measureFrom(name: string, collect: () => void, workload: EngineWorkload, from: number) {
  let before: Snapshot | undefined = await makeSteps(workload, begin(workload), from);
  return measure(name, collect, async () => {
    if (before === undefined) throw new Error("The workload was run already");
    const started = before;
    before = undefined;
    return makeSteps(workload, started, steps);
  });
}

async function measure(name: string, collect: () => void, work: () => Promise<unknown>): Promise<Allocations> {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = await work();
  const after = process.memoryUsage().heapUsed;
  collect();
  const keptBytes = process.memoryUsage().heapUsed - before;
  if (kept === before) throw new Error("What is kept is used, so that it is not collected");
  return { name, allocatedBytes: (after - before) / steps, keptBytes: keptBytes / steps };
}

/** V8's own collector, which it hands out to who asks for it by this flag. */
function findCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("V8 does not hand out its collector");
  return () => collect();
}
