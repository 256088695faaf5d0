import { type LimitedRun, type RunScenario, runWithMemory } from "../large-values/measure-scenario.ts";
import type { SampleSpec } from "../large-values/sample-value.ts";
import { inputScenario, resultScenario, type Scenario } from "../large-values/scenario.ts";

/** A value that grows until a function of one size cannot take it any more. */
export interface Ladder {
  readonly title: string;
  /** The scenario of a value of so many bytes. */
  readonly scenarioOf: (sizeBytes: number) => Scenario;
}

/** One size and what became of it. */
export interface Rung {
  readonly mebibytes: number;
  readonly run: LimitedRun;
}

const mebibyte = 2 ** 20;
/** The sizes that are tried, MiB; the last is the largest that is stored. */
export const sizesMebibytes: readonly number[] = [1, 2, 5, 8, 10, 16, 20, 32, 50];

/** One text and a list of small objects, each as a node's result that the next one reads, and as a workflow's input. */
export const ladders: readonly Ladder[] = [
  { title: "a result, one text", scenarioOf: scenariosOf("result-text", resultScenario, "text") },
  { title: "a result, small objects", scenarioOf: scenariosOf("result-rows", resultScenario, "rows") },
  { title: "an input, one text", scenarioOf: scenariosOf("input-text", inputScenario, "text") },
  { title: "an input, small objects", scenarioOf: scenariosOf("input-rows", inputScenario, "rows") },
];

/** Tries one size after another until one does not fit; that one is the last of the answer. */
export async function climb(
  run: RunScenario,
  { scenarioOf }: Ladder,
  sizes: readonly number[],
  memoryMegabytes: number,
): Promise<readonly Rung[]> {
  const rungs: Rung[] = [];
  for (const mebibytes of sizes) {
    const found = await runWithMemory(run, scenarioOf(mebibytes * mebibyte), memoryMegabytes);
    rungs.push({ mebibytes, run: found });
    if (!found.isWithin) break;
  }
  return rungs;
}

function scenariosOf(
  name: string,
  build: (name: string, title: string, sample: SampleSpec) => Scenario,
  shape: SampleSpec["shape"],
): Ladder["scenarioOf"] {
  return (sizeBytes) => build(name, `${sizeBytes} bytes`, { shape, sizeBytes });
}
