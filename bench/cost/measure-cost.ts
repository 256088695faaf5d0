import { plain } from "../baselines/plain.ts";
import { powertools } from "../baselines/powertools.ts";
import type { Contender } from "../contender.ts";
import { dispatcher, dispatcherGoingOn } from "../dispatcher.ts";
import { runLoad } from "../run-load.ts";
import type { Stage } from "../stage.ts";
import type { Load } from "../workload.ts";
import { type Bill, billOf } from "./bill.ts";
import { inContainers } from "./containers.ts";
import { countsOf, type LambdaTime, subtractCounts, type Usage, usageOf } from "./usage.ts";

/** Results are of this size where the context allows it, bytes. */
export const resultBytes = 500;
/** Steps that are counted at a context of some size: as many as the larger setting runs per message. */
const countedSteps = 10;

/** How a context gets to its size, half of the counted steps before it. */
export interface ContextSize {
  readonly kilobytes: number;
  readonly resultBytes: number;
  readonly stepsBefore: number;
  readonly seed?: NonNullable<Load["seed"]>;
}

/** Contexts by the sizes of the results in them; smaller results for the smallest, so that ten of them fit around it. */
export const contextSizes = {
  small: { kilobytes: 1, resultBytes: 100, stepsBefore: 5 },
  medium: { kilobytes: 10, resultBytes, stepsBefore: 15 },
  large: { kilobytes: 100, resultBytes, stepsBefore: 195 },
} as const satisfies Record<string, ContextSize>;

/** The large context out of a few large results, since many workflows would take long to get there in small steps. */
export const largeOfFew: ContextSize = {
  kilobytes: 100,
  resultBytes,
  stepsBefore: 15,
  seed: { steps: 12, resultBytes: 8_000 },
};

/** What one contender costs in one situation. */
export interface CostRow {
  readonly kilobytes: number;
  readonly situation: Situation["name"] | "its whole life";
  readonly name: Contender["name"];
  readonly usage: Usage;
  readonly bill: Bill;
}

/** Who else is there while steps are counted. */
export interface Situation {
  readonly name:
    | "alone"
    | "50 at once"
    | "alone, in ten containers"
    | "50 at once, in ten containers"
    | "alone, always in a new container";
  readonly workflows: number;
  /** Of this dispatcher; the baselines read whatever container runs them. */
  readonly containers: number;
}

/** What is measured at every size, and what at the large one alone, where messages carry their workflow no more. */
export const situations = {
  alone: { name: "alone", workflows: 1, containers: 1 },
  atOnce: { name: "50 at once", workflows: 50, containers: 1 },
  aloneInTen: { name: "alone, in ten containers", workflows: 1, containers: 10 },
  atOnceInTen: { name: "50 at once, in ten containers", workflows: 50, containers: 10 },
  aloneInNew: { name: "alone, always in a new container", workflows: 1, containers: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Situation>;

/** The contenders by name. */
export const costContenders = { A: dispatcher, A10: dispatcherGoingOn, B1: plain, B2: powertools } as const;

/** What ten steps at a context of that size cost: what a run with them takes more than one without. */
export async function measureSteps(
  stage: Stage,
  contender: Contender,
  { kilobytes, stepsBefore, ...size }: ContextSize,
  { name: situation, workflows, containers }: Situation,
  time: LambdaTime,
): Promise<CostRow> {
  const shorter: Load = { workflows, steps: stepsBefore, ...size };
  const playing = containers === 1 ? contender : inContainers(contender, contender.name === "A10" ? 10 : 1, containers);
  const before = countsOf(await runLoad(stage, playing, shorter));
  const after = countsOf(await runLoad(stage, playing, { ...shorter, steps: stepsBefore + countedSteps }));
  const usage = usageOf(subtractCounts(after, before), time);
  return { kilobytes, situation, name: contender.name, usage, bill: billOf(usage) };
}

/** What a step costs of a lone workflow that grows to that size, all that is paid once per workflow included. */
export async function measureLife(
  stage: Stage,
  contender: Contender,
  kilobytes: number,
  time: LambdaTime,
): Promise<CostRow> {
  const load: Load = { workflows: 1, steps: (kilobytes * 1000) / resultBytes, resultBytes };
  const usage = usageOf(countsOf(await runLoad(stage, contender, load)), time);
  return { kilobytes, situation: "its whole life", name: contender.name, usage, bill: billOf(usage) };
}
