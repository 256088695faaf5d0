import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { createAwsPlatform } from "../../src/platforms/aws/aws-platform.ts";
import { createDispatcherHandler } from "../../src/platforms/aws/create-dispatcher-handler.ts";
import { startEventSourceMapping } from "../../src/platforms/local/functions/event-source-mapping.ts";
import { createLocalFunction } from "../../src/platforms/local/functions/local-function.ts";
import { systemClock } from "../../src/platforms/local/system-clock.ts";
import { CallRecorder } from "../call-recorder.ts";
import { benchKeys, troubleLogger } from "../dispatcher.ts";
import { type Stage, startStage } from "../stage.ts";

// What a child of a map costs, beside the same workflow started by itself: `npm run bench:children`.
const counts = [1, 100, 1_000];
const lanes = 100;
const bucket = "bench";

const work: NodesDefinition = { work: { executor: async () => ({ data: { text: "x".repeat(80) } }) } };
const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };

/** One node that maps so many items. */
const parentOf = (count: number): WorkflowDefinition => ({
  id: "parent",
  nodes: [
    {
      id: "map",
      type: "map",
      data: { definitionId: "child", items: new Array(count).fill({}), maxConcurrency: lanes },
    },
  ],
  edges: [],
});

interface Costs {
  readonly durationMs: number;
  readonly calls: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

const stage = await startStage();
try {
  const s3 = new S3Client(stage.clientConfigs().s3);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  s3.destroy();
  const alone = await measure(stage, child);
  console.log(row("alone", alone, 1));
  for (const count of counts) {
    const whole = await measure(stage, parentOf(count));
    console.log(row(`${count} children`, whole, count));
  }
} finally {
  await stage.stop();
}

function row(name: string, { durationMs, calls, writeUnits, readUnits }: Costs, count: number): string {
  const each = (value: number) => (value / count).toFixed(2).padStart(8);
  return `${name.padEnd(16)} calls${each(calls)}  write units${each(writeUnits)}  read units${each(readUnits)}  ms${each(durationMs)}`;
}

/** Runs one workflow, and all that it starts, to its end; throws when it does not complete. */
async function measure(stage: Stage, workflow: WorkflowDefinition): Promise<Costs> {
  const recorder = new CallRecorder(stage.meter, () => false);
  const queueUrl = await stage.createQueue();
  const environment = {
    TABLE_NAME: await stage.createTable(stage.workflowTable),
    QUEUE_URL: queueUrl,
    DEAD_LETTER_QUEUE_URL: await stage.createQueue(),
    PAYLOAD_BUCKET: bucket,
  };
  const application = {
    workflows: workflow === child ? [child] : [workflow, child],
    nodeDefinitions: { ...nodes, ...work },
    bindings: { objectCreated: [], schedules: [] },
  };
  const clients = { ...stage.clientConfigs(recorder), logger: troubleLogger, resumeKeys: benchKeys };
  const platform = createAwsPlatform(application, environment, clients);
  const local = createLocalFunction(
    stage.spec,
    { handler: createDispatcherHandler(platform), close: async () => undefined },
    systemClock,
  );
  const sqs = new SQSClient(stage.clientConfigs().sqs);
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl,
    region: stage.region,
    source: stage.source,
    functionId: stage.spec.logicalId,
    invoke: (event) => local.invoke(event),
    endLongPolls: stage.endLongPolls,
    onLog: ({ message, error }) => console.error(message, error),
  });
  try {
    const beganAt = performance.now();
    const start = { type: "start", definitionId: workflow.id, workflowId: "w", input: null };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(start) }));
    const reader = createAwsPlatform(application, environment, {
      ...stage.clientConfigs(),
      logger: troubleLogger,
      resumeKeys: benchKeys,
    });
    for (let status = ""; status !== "completed"; ) {
      await sleep(50);
      const outcome = await reader.dispatcher.execute(
        { type: "get", workflowId: "w" },
        { deadlineAt: Date.now() + 60_000 },
      );
      if (outcome.type === "snapshot") ({ status } = outcome.workflow);
      if (status === "failed") throw new Error("The workflow failed");
    }
    const durationMs = performance.now() - beganAt;
    reader.close();
    const { writeUnits, readUnits } = recorder.units;
    const calls = Object.values(recorder.calls.perStep).reduce((sum, made) => sum + made, 0);
    return { durationMs, calls, writeUnits, readUnits };
  } finally {
    await mapping.stop();
    platform.close();
    sqs.destroy();
  }
}
