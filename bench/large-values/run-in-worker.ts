import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import * as v from "valibot";
import type { FunctionSpec } from "../../src/platforms/local/template/application.ts";
import type { Calls } from "../call-recorder.ts";
import { fatalLines, forkWorker } from "./fork-worker.ts";
import { outcomeProblem } from "./outcome-problem.ts";
import { makeSample } from "./sample-value.ts";
import type { Scenario } from "./scenario.ts";
import { type LargeValueStack, startLargeValueStack } from "./stack.ts";
import { type Order, WorkerMessage, type WorkerReport } from "./worker-messages.ts";

/** One run of a scenario, in a process of its own. */
export interface Run {
  /** Why the workflow did not end as expected; absent when it did. */
  readonly problem?: string;
  /** From just before the start is sent until the last step is committed, ms. */
  readonly durationMs: number;
  /** The most memory that the process had resident, MiB; absent when it ended by itself. */
  readonly peakMebibytes?: number;
  /** Requests of the function by operation. */
  readonly calls: Calls;
  readonly readUnits: number;
  /** When each node run began, ms. */
  readonly runsAtMs: readonly number[];
}

const workflowId = "large-values";
const inputKey = "incoming/input.json";
const payloadKey = "incoming/payload.json";

/**
 * Runs a scenario over emulators of its own, in a new worker process with at most so much heap (MB; Node's default
 * when absent). What goes wrong in the worker is the run's `problem`; throws when the emulators cannot be used.
 */
export async function runInWorker(workerFile: string, scenario: Scenario, heapMegabytes?: number): Promise<Run> {
  return runWithOptions(workerFile, scenario, heapOptions(heapMegabytes));
}

/** At most so much heap, MB, as an option of Node's; none when absent. */
export function heapOptions(heapMegabytes: number | undefined): readonly string[] {
  return heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`];
}

/** The same in a process with any options of Node's. */
export async function runWithOptions(
  workerFile: string,
  scenario: Scenario,
  nodeOptions: readonly string[],
): Promise<Run> {
  const stack = await startLargeValueStack();
  const { worker, errors } = forkWorker(workerFile, nodeOptions);
  try {
    const { problem, durationMs, report } = await converse(worker, stack, scenario);
    const { readUnits } = stack.meter.read();
    const found = problem ?? outcomeProblem(await stack.load(workflowId), scenario);
    return {
      ...(found !== undefined && { problem: [found, ...fatalLines(errors)].join("; ") }),
      ...(report !== undefined && { peakMebibytes: report.peakMebibytes }),
      durationMs,
      calls: report?.calls ?? {},
      readUnits,
      runsAtMs: report?.runsAtMs ?? [],
    };
  } finally {
    worker.kill("SIGKILL");
    await stack.stop();
  }
}

/** A function that runs so many steps per message; as the template says when absent. */
export function withStepsPerInvocation(spec: FunctionSpec, steps: number | undefined): FunctionSpec {
  if (steps === undefined) return spec;
  return { ...spec, environment: { ...spec.environment, STEPS_PER_INVOCATION: String(steps) } };
}

interface Conversation {
  readonly problem?: string;
  readonly durationMs: number;
  readonly report?: WorkerReport;
}

/** Has the worker run the workflow, and hears what it says until it has reported, ended, or run out of time. */
async function converse(worker: ChildProcess, stack: LargeValueStack, scenario: Scenario): Promise<Conversation> {
  await leaveObjects(stack, scenario);
  const { endpoints } = stack;
  const { requestTimeoutMs } = scenario;
  const spec = withStepsPerInvocation(stack.spec, scenario.stepsPerInvocation);
  const order = (message: Order) => worker.send(message);
  const signal = AbortSignal.timeout(scenario.withinSeconds * 1_000);
  const heard = on(worker, "message", { signal, close: ["close"] });
  order({ type: "begin", workflows: [scenario.workflow], endpoints, spec, keepsTimes: true, requestTimeoutMs });
  let beganAt = performance.now();
  let endedAt: number | undefined;
  let problem: { readonly problem?: string } = {};
  const durationMs = () => (endedAt ?? performance.now()) - beganAt;
  const end = () => {
    endedAt ??= performance.now();
    order({ type: "report" });
  };
  try {
    for await (const [message] of heard) {
      const said = v.parse(WorkerMessage, message);
      if (said.type === "ready") {
        beganAt = performance.now();
        await start(stack, scenario);
      } else if (said.type === "trouble") {
        problem = { problem: said.text };
        end();
      } else if (said.type === "report") {
        return { ...problem, durationMs: durationMs(), report: said };
      } else if (said.type === "sample") {
        throw new TypeError("Nobody asked for a sample");
      } else if (said.status === "paused") {
        await stack.send(resumeMessage);
      } else if (said.status !== "error") {
        end();
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return { problem: `it has not ended within ${scenario.withinSeconds} s`, durationMs: durationMs() };
  }
  const by = worker.signalCode ?? worker.exitCode;
  return { problem: `the process ended by itself (${by})`, durationMs: durationMs() };
}

/** The only pause of any scenario comes of its first step. */
const resumeMessage = { type: "resume", schemaVersion: 1, workflowId, version: 1, payloadObject: { key: payloadKey } };

async function leaveObjects(stack: LargeValueStack, { inputObject, payloadObject }: Scenario): Promise<void> {
  if (inputObject !== undefined) await stack.leave(inputKey, JSON.stringify(makeSample(inputObject, 0)));
  if (payloadObject !== undefined) await stack.leave(payloadKey, JSON.stringify(makeSample(payloadObject, 0)));
}

async function start(stack: LargeValueStack, { workflow, inputObject }: Scenario): Promise<void> {
  const input = inputObject === undefined ? {} : { inputObject: { key: inputKey } };
  await stack.send({ type: "start", schemaVersion: 1, definitionId: workflow.id, workflowId, ...input });
}
