import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readFailedIds } from "../src/platforms/local/functions/batch-response.ts";
import { startEventSourceMapping } from "../src/platforms/local/functions/event-source-mapping.ts";
import { createLocalFunction, type LocalFunction } from "../src/platforms/local/functions/local-function.ts";
import { systemClock } from "../src/platforms/local/system-clock.ts";
import { CallRecorder, type Calls, type Costs, type Units } from "./call-recorder.ts";
import type { Contender, OpenContender } from "./contender.ts";
import { Finish } from "./finish.ts";
import type { Stage } from "./stage.ts";
import { type Traffic, TrafficMeter } from "./traffic-meter.ts";
import { inputOf, type Load } from "./workload.ts";

/** What one run of one contender took. */
export interface LoadResult {
  readonly load: Load;
  /** From just before the first start is sent until the last step's invocation has returned, ms. */
  readonly durationMs: number;
  /** CPU time of the process meanwhile, ms: the function's, the poller's and the emulators'. */
  readonly cpuMs: number;
  /** The function's requests, those made once per workflow apart. */
  readonly calls: { readonly once: Calls; readonly perStep: Calls };
  /** All units of the run. */
  readonly units: Units;
  /** The same with the units of the requests made once per workflow apart: of a lone workflow only. */
  readonly costs?: { readonly once: Costs; readonly perStep: Costs };
  /** What the function requested once per workflow for the first workflow of its life, which is not counted above. */
  readonly onceCallsOfFirst: Calls;
  /** The requests of the event source's poller; those of Lambda's own are billed too. */
  readonly pollerCalls: Calls;
  /** Invocations, messages, and what SQS bills for them. */
  readonly traffic: Traffic;
}

/** Opens connections and lets the function do what it does once in its life. */
const warmUpLoad: Load = { workflows: 1, steps: 3 };
const maxBatchEntries = 10;

/**
 * Runs a load through a contender, on a new queue and new tables. Throws when a record fails or when a workflow does
 * not end completed, with one result for each of its steps.
 */
export async function runLoad(stage: Stage, contender: Contender, load: Load): Promise<LoadResult> {
  const traffic = new TrafficMeter();
  const recorder = new CallRecorder(stage.meter, contender.isOncePerWorkflow, (call) => traffic.countCall(call));
  const finish = new Finish();
  const queueUrl = await stage.createQueue();
  const onLastStep = () => finish.workflowEnds();
  const clientConfigs = stage.clientConfigs(recorder);
  const opened = await contender.open({ stage, queueUrl, clientConfigs, onLastStep });
  const local = createLocalFunction(stage.spec, opened, systemClock);
  const player = { stage, opened, finish, queueUrl, local, traffic };
  try {
    await play(player, "warm-up", warmUpLoad);
    const onceCallsOfFirst = recorder.calls.once;
    recorder.reset();
    traffic.reset();
    const played = await play(player, "bench", load);
    const { calls, units } = recorder;
    const billed = traffic.read();
    const costs = load.workflows === 1 ? { costs: recorder.costs } : {};
    await checkEnds(opened, "bench", load);
    return { load, ...played, calls, units, ...costs, onceCallsOfFirst, traffic: billed };
  } finally {
    await opened.close();
  }
}

interface Player {
  readonly stage: Stage;
  readonly opened: OpenContender;
  readonly finish: Finish;
  readonly queueUrl: string;
  readonly local: LocalFunction;
  readonly traffic: TrafficMeter;
}

/** Starts the workflows and polls until all of them have ended. */
async function play(
  player: Player,
  prefix: string,
  load: Load,
): Promise<Pick<LoadResult, "durationMs" | "cpuMs" | "pollerCalls">> {
  const { stage, finish, queueUrl, local, traffic } = player;
  const pollerRecorder = new CallRecorder(stage.meter, () => false);
  const pollerSqs = new SQSClient(stage.clientConfigs(pollerRecorder).sqs);
  const driverSqs = new SQSClient(stage.clientConfigs().sqs);
  const allEnded = finish.expect(load.workflows);
  const mapping = startEventSourceMapping({
    sqs: pollerSqs,
    queueUrl,
    region: stage.region,
    source: stage.source,
    functionId: stage.spec.logicalId,
    invoke: (event) => finish.watch(() => invoke(local, traffic, event)),
    endLongPolls: stage.endLongPolls,
    onLog: ({ message, error }) => finish.fail(new Error(message, { cause: error })),
  });
  try {
    const cpuBefore = process.cpuUsage();
    const beganAt = performance.now();
    await Promise.all([sendStarts(driverSqs, player, prefix, load), allEnded]);
    const durationMs = performance.now() - beganAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    await mapping.stop();
    const pollerCalls = pollerRecorder.calls.perStep;
    traffic.countDeletes(pollerCalls["DeleteMessageBatch"] ?? 0);
    return { durationMs, cpuMs: (user + system) / 1000, pollerCalls };
  } finally {
    await mapping.stop();
    pollerSqs.destroy();
    driverSqs.destroy();
  }
}

/** A record that fails would come again only after the visibility timeout, so it ends the run. */
async function invoke(local: LocalFunction, traffic: TrafficMeter, event: unknown): Promise<unknown> {
  // The casts are this reader's: the poller builds the event, and only its ids and bodies are read.
  const { Records } = event as { Records: readonly { messageId: string; body: string }[] };
  traffic.countInvocation(Records.map(({ body }) => body));
  const response = await local.invoke(event);
  const failed = readFailedIds(
    response,
    Records.map(({ messageId }) => messageId),
  );
  if (failed.size > 0) throw new Error(`${failed.size} of ${Records.length} records failed`);
  return response;
}

async function sendStarts(sqs: SQSClient, { opened, queueUrl }: Player, prefix: string, load: Load): Promise<void> {
  const bodies = workflowIds(prefix, load).map((id) => opened.startMessage(id, inputOf(load)));
  for (let first = 0; first < bodies.length; first += maxBatchEntries) {
    const Entries = bodies
      .slice(first, first + maxBatchEntries)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} starts were not sent`);
  }
}

async function checkEnds(opened: OpenContender, prefix: string, load: Load): Promise<void> {
  for (const id of workflowIds(prefix, load)) {
    const snapshot = await opened.read(id);
    const results = snapshot?.context["work"]?.length ?? 0;
    if (snapshot?.status === "completed" && snapshot.version === load.steps && results === load.steps) continue;
    throw new Error(
      `Workflow ${id} is ${snapshot?.status ?? "lost"} at version ${snapshot?.version}, ${results} results`,
    );
  }
}

/** Ids of one length, so that items of different loads are as large. */
function workflowIds(prefix: string, { workflows }: Load): readonly string[] {
  return Array.from({ length: workflows }, (_, index) => `${prefix}-${String(index).padStart(6, "0")}`);
}
