import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { findStartNodeId, type Snapshot, StandardSchemaValidator, WorkflowEngine } from "../../src/engine/index.ts";
import type { Contender, ContenderParts, OpenContender } from "../contender.ts";
import { createNodeTypes, loopWorkflow } from "../workload.ts";

/** The longest delay that SQS takes. */
const maxDelaySeconds = 900;

/** What this dispatcher puts on the queue: a start has an input, a step has none. */
export interface PlainMessage {
  readonly workflowId: string;
  /** The version that the step advances; the plain dispatcher does not look at it. */
  readonly version: number;
  readonly isNew?: true;
  readonly input?: unknown;
}

/** Works off one message. */
export type WorkOff = (message: PlainMessage) => Promise<unknown>;

/**
 * Contender B1: the straightforward dispatcher of Refluxo's serverless pattern. Get the whole snapshot, execute one
 * step, put the whole snapshot, send; nothing guards against a duplicate. A new workflow takes its first step at once.
 *
 * It is written to do well: the low-level client and the snapshot as one JSON text, as this dispatcher keeps its
 * transitions, so that neither side converts nested attributes; the records of a batch side by side, with partial
 * batch responses. The read is strongly consistent, since the next message can arrive before a replica has the put.
 */
export const plain: Contender = {
  name: "B1",
  isOurs: false,
  description: "plain: get snapshot, execute step, put snapshot, send; no guard against duplicates",
  isOncePerWorkflow: () => false,
  open: (parts) => openPlain(parts, (workOff) => workOff),
};

/** Opens a plain dispatcher whose work on one message goes through a guard. */
export async function openPlain(
  { stage, queueUrl, clientConfigs, onLastStep }: ContenderParts,
  guard: (workOff: WorkOff, context: Context) => WorkOff,
): Promise<OpenContender> {
  const dynamodb = new DynamoDBClient(clientConfigs.dynamodb);
  const sqs = new SQSClient(clientConfigs.sqs);
  const tableName = await stage.createTable({
    AttributeDefinitions: [{ AttributeName: "workflowId", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "workflowId", KeyType: "HASH" }],
  });
  const snapshots = new SnapshotTable(dynamodb, tableName);
  const workOff = createWorkOff(snapshots, new StepSender(sqs, queueUrl), onLastStep);
  return {
    handler: (event, context) => answerBatch(readEvent(event), guard(workOff, context)),
    startMessage: (workflowId, input) =>
      JSON.stringify({ workflowId, version: 0, isNew: true, input } satisfies PlainMessage),
    read: (workflowId) => snapshots.get(workflowId),
    close: async () => {
      dynamodb.destroy();
      sqs.destroy();
    },
  };
}

function createWorkOff(snapshots: SnapshotTable, sender: StepSender, onLastStep: ContenderParts["onLastStep"]) {
  const engine = new WorkflowEngine({
    workflow: loopWorkflow,
    nodeDefinitions: createNodeTypes(onLastStep),
    validator: new StandardSchemaValidator(),
  });
  const startNodeId = findStartNodeId(loopWorkflow);
  return async ({ workflowId, isNew, input }: PlainMessage) => {
    const snapshot = isNew
      ? engine.createInitialSnapshot(workflowId, startNodeId, input)
      : await snapshots.get(workflowId);
    if (snapshot === undefined) throw new TypeError(`There is no workflow ${workflowId}`);
    if (snapshot.status === "completed" || snapshot.status === "failed") return { version: snapshot.version };
    const next = await engine.executeStep(snapshot);
    await snapshots.put(next);
    await sender.sendNext(next);
    // Small on purpose: a guard that keeps answers would otherwise keep the snapshot twice.
    return { version: next.version };
  };
}

class SnapshotTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async get(workflowId: string): Promise<Snapshot | undefined> {
    const Key = { workflowId: { S: workflowId } };
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#name, Key, ConsistentRead: true }));
    const text = Item?.["snapshot"]?.S;
    // The cast is this codec's: only `put` writes here.
    return text === undefined ? undefined : (JSON.parse(text) as Snapshot);
  }

  async put(snapshot: Snapshot): Promise<void> {
    const Item = { workflowId: { S: snapshot.workflowId }, snapshot: { S: JSON.stringify(snapshot) } };
    await this.#client.send(new PutItemCommand({ TableName: this.#name, Item }));
  }
}

class StepSender {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** At once when active, delayed when a retry is pending, not at all otherwise. */
  async sendNext({ workflowId, version, status, retryState }: Snapshot): Promise<void> {
    if (status !== "active" && status !== "error") return;
    const MessageBody = JSON.stringify({ workflowId, version } satisfies PlainMessage);
    const delaySeconds = Math.ceil(((retryState?.nextRetryAt ?? 0) - Date.now()) / 1000);
    const DelaySeconds = Math.max(0, Math.min(delaySeconds, maxDelaySeconds));
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody, DelaySeconds }));
  }
}

async function answerBatch({ Records }: SQSEvent, workOff: WorkOff): Promise<SQSBatchResponse> {
  // The cast is this codec's: only this dispatcher and the benchmark send to its queue.
  const results = await Promise.allSettled(Records.map(({ body }) => workOff(JSON.parse(body) as PlainMessage)));
  const failed = Records.filter((_, index) => results[index]?.status === "rejected");
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** The cast is this codec's: the event source hands SQS events only. */
function readEvent(event: unknown): SQSEvent {
  return event as SQSEvent;
}
