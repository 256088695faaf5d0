import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import * as v from "valibot";
import { fatalLines, forkWorker } from "../large-values/fork-worker.ts";
import { withStepsPerInvocation } from "../large-values/run-in-worker.ts";
import { contextScenario, countingScenario } from "../large-values/scenario.ts";
import { type LargeValueStack, startLargeValueStack } from "../large-values/stack.ts";
import { type Order, WorkerMessage } from "../large-values/worker-messages.ts";
import type { StepSample } from "./growth.ts";
import { lambdaNodeOptions } from "./lambda-node-options.ts";
import { requestTimeoutMs } from "./limits.ts";

/** Many workflows through one process. */
export interface ManyWorkflows {
  readonly workflows: number;
  readonly stepsPerWorkflow: number;
  readonly stepsPerInvocation: number;
  /** How many run at a time: whenever one ends, the next is started. */
  readonly concurrency: number;
  /** After how many workflows each the process is idle and sampled. */
  readonly workflowsPerSample: number;
  readonly memoryMegabytes: number;
}

/**
 * Of ten workflows eight have small results, and never meet a cache. One has results that stay in their items and that
 * together no message carries, so that its container keeps the workflow; one has results that lie in the payload bucket,
 * so that its container keeps their values. Both caches are full after some 1,300 workflows.
 */
const mixOf = (steps: number) => {
  const small = countingScenario("small", "small results", steps).workflow;
  const kept = contextScenario("kept", "results in items", { shape: "text", sizeBytes: 7_000 }, steps).workflow;
  const large = contextScenario("large", "results as objects", { shape: "text", sizeBytes: 9_000 }, steps).workflow;
  return [kept, large, ...Array.from({ length: 8 }, () => small)];
};

/**
 * Runs workflows through one worker process over emulators in this one, and samples its memory; the first sample is
 * that of the idle process. Throws when a workflow does not complete or the process ends.
 */
export async function runMany(
  workerFile: string,
  many: ManyWorkflows,
  onSample: (sample: StepSample) => void = () => undefined,
): Promise<readonly StepSample[]> {
  const stack = await startLargeValueStack();
  const { worker, errors } = forkWorker(workerFile, [...lambdaNodeOptions(many.memoryMegabytes), "--expose-gc"]);
  try {
    const samples: StepSample[] = [];
    for await (const sample of samplesOf(worker, stack, many)) {
      samples.push(sample);
      onSample(sample);
    }
    return samples;
  } catch (error) {
    throw new Error(["The process was not measured to the end", ...fatalLines(errors)].join("; "), { cause: error });
  } finally {
    worker.kill("SIGKILL");
    await stack.stop();
  }
}

async function* samplesOf(
  worker: ChildProcess,
  stack: LargeValueStack,
  many: ManyWorkflows,
): AsyncGenerator<StepSample> {
  const { workflows, stepsPerWorkflow, concurrency, workflowsPerSample } = many;
  const mix = mixOf(stepsPerWorkflow);
  const order = (message: Order) => worker.send(message);
  const heard = on(worker, "message", { close: ["close"] });
  const { endpoints } = stack;
  const spec = withStepsPerInvocation(stack.spec, many.stepsPerInvocation);
  order({ type: "begin", workflows: [...new Set(mix)], endpoints, spec, keepsTimes: false, requestTimeoutMs });
  let started = 0;
  let ended = 0;
  let goal = 0;
  const startNext = async () => {
    if (started === goal) return;
    const definitionId = mix[started % mix.length]?.id;
    started += 1;
    await stack.send({ type: "start", schemaVersion: 1, definitionId, workflowId: `many-${started}` });
  };
  for await (const [message] of heard) {
    const said = v.parse(WorkerMessage, message);
    if (said.type === "ready") order({ type: "sample" });
    else if (said.type === "sample") {
      yield { ...said, steps: ended * stepsPerWorkflow };
      if (ended === workflows) return;
      goal = Math.min(workflows, goal + workflowsPerSample);
      await Promise.all(Array.from({ length: concurrency }, startNext));
    } else if (said.type === "status" && said.status === "completed") {
      ended += 1;
      if (ended === goal) order({ type: "sample" });
      else await startNext();
    } else throw new Error(`The worker said ${JSON.stringify(said)}`);
  }
  throw new Error(`The process ended by itself (${worker.signalCode ?? worker.exitCode})`);
}
