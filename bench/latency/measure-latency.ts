import { coveredTime } from "./covered-time.ts";
import { chainWorkflow, steps } from "./latency-application.ts";
import type { LatencyStack } from "./latency-stack.ts";

/** How many workflows, and how many of them at a time: whenever one ends, the next is started. */
export interface LatencyLoad {
  readonly workflows: number;
  readonly concurrency: number;
}

/** Where the time of one workflow went, ms, each from just before its start request is sent. */
export interface WorkflowLatency {
  /** Until its last step is committed and its head says so: a GET that comes now shows it completed. */
  readonly completedMs: number;
  /** Until the last invocation with one of its messages has returned. */
  readonly returnedMs: number;
  /** Of `completedMs`: until the answer of the start request is read. */
  readonly requestMs: number;
  /** Of the rest: while an invocation had one of its messages. */
  readonly invokedMs: number;
  /** Of the rest: while none had, so in the queue, the poller and on the way. */
  readonly queuedMs: number;
}

/** What one load took. */
export interface LatencyResult {
  readonly load: LatencyLoad;
  readonly latencies: readonly WorkflowLatency[];
  /** From before the first start until the end of the last workflow, ms. */
  readonly durationMs: number;
  /** CPU time of the process meanwhile, ms: the functions', the poller's, the emulators' and the bench's own. */
  readonly cpuMs: number;
}

/** Runs a load; its workflows have ids of their own. Throws when one does not complete in its ten steps. */
export async function measureLatency(stack: LatencyStack, prefix: string, load: LatencyLoad): Promise<LatencyResult> {
  const ids = Array.from({ length: load.workflows }, (_, index) => `${prefix}-${String(index).padStart(6, "0")}`);
  const latencies: WorkflowLatency[] = [];
  const left = ids.values();
  const runOneAfterAnother = async () => {
    for (const id of left) latencies.push(await measureWorkflow(stack, id));
  };
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: load.concurrency }, runOneAfterAnother));
  const durationMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const id of ids) await checkEnd(stack, id);
  return { load, latencies, durationMs, cpuMs: (user + system) / 1_000 };
}

async function measureWorkflow({ client, watch }: LatencyStack, workflowId: string): Promise<WorkflowLatency> {
  const end = watch.untilEnd(workflowId);
  const from = performance.now();
  const [answeredAt, { completedAt, returnedAt, invocations }] = await Promise.all([
    client.start(chainWorkflow.id, workflowId, {}).then(() => performance.now()),
    end,
  ]);
  const whole = { from, to: completedAt };
  const request = { from, to: answeredAt };
  const requestMs = coveredTime(whole, [request]);
  const knownMs = coveredTime(whole, [request, ...invocations]);
  return {
    completedMs: completedAt - from,
    returnedMs: returnedAt - from,
    requestMs,
    invokedMs: knownMs - requestMs,
    queuedMs: completedAt - from - knownMs,
  };
}

async function checkEnd({ client }: LatencyStack, workflowId: string): Promise<void> {
  const { status, version } = await client.get(workflowId);
  if (status === "completed" && version === steps) return;
  throw new Error(`Workflow ${workflowId} is ${status} at version ${version}`);
}
