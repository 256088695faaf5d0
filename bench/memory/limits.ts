import type { RunScenario } from "../large-values/measure-scenario.ts";
import { heapOptions, runWithOptions } from "../large-values/run-in-worker.ts";
import { lambdaNodeOptions } from "./lambda-node-options.ts";

/** The function that is measured, MB. */
export const memoryMegabytes = 256;
/** How long clients wait, ms: emulators that are busy answer late now and then, and that is not measured. */
export const requestTimeoutMs = 30_000;

/** How a process stands for a function: with which limits of V8's. */
export interface Limits {
  readonly title: string;
  readonly run: RunScenario;
}

/** The limits that scenarios run with, those of Lambda first. */
export function limitsOf(workerFile: string): readonly Limits[] {
  return [
    {
      title: "as Lambda starts Node",
      run: (scenario) =>
        runWithOptions(workerFile, { ...scenario, requestTimeoutMs }, lambdaNodeOptions(memoryMegabytes)),
    },
    // As in the bench of large values.
    {
      title: "a heap of 192 MB alone",
      run: (scenario, heapMegabytes) =>
        runWithOptions(workerFile, { ...scenario, requestTimeoutMs }, heapOptions(heapMegabytes)),
    },
  ];
}
