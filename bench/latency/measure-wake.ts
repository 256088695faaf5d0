import { setTimeout as delay } from "node:timers/promises";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { type Emulators, startEmulators } from "../../src/platforms/local/emulators/start-emulators.ts";
import { startEventSourceMapping } from "../../src/platforms/local/functions/event-source-mapping.ts";

/** How long messages waited in a queue where nothing else happens, one value for each message, ms. */
export interface WakeTimes {
  /** From its place in the queue until a function is called with it, by the local poller. */
  readonly poller: readonly number[];
  /** From its place in the queue until a long poll that waited has its answer: the same without the poller. */
  readonly longPoll: readonly number[];
}

/** Until a poll waits at the server again, ms; far longer than its request takes. */
const idleMs = 20;
const longPollSeconds = 20;

/** Measures so many messages each way, one at a time. */
export async function measureWake(messages: number): Promise<WakeTimes> {
  const emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
  const sqs = new SQSClient(clientConfigs(emulators.endpoints).sqs);
  try {
    return {
      poller: await measurePoller(emulators, sqs, messages),
      longPoll: await measureLongPoll(emulators, sqs, messages),
    };
  } finally {
    sqs.destroy();
    await emulators.stop();
  }
}

async function measurePoller(emulators: Emulators, sqs: SQSClient, messages: number): Promise<readonly number[]> {
  const { enqueue, endLongPolls } = emulators.sqsAndS3;
  const { region } = emulators.endpoints;
  const queueUrl = await createQueue(sqs, "poller");
  let called = Promise.withResolvers<number>();
  const mapping = startEventSourceMapping({
    ...{ sqs, queueUrl, region, endLongPolls },
    source: {
      queueArn: `arn:aws:sqs:${region}:000000000000:poller`,
      ...{ batchSize: 10, batchingWindowSeconds: 0, maximumConcurrency: 10, reportsBatchItemFailures: true },
    },
    functionId: "nothing",
    invoke: async () => called.resolve(performance.now()),
    onLog: ({ message, error }) => called.reject(new Error(message, { cause: error })),
  });
  try {
    const waits: number[] = [];
    for (let index = 0; index < messages; index += 1) {
      await delay(idleMs);
      called = Promise.withResolvers<number>();
      const sentAt = performance.now();
      enqueue("poller", "{}");
      waits.push((await called.promise) - sentAt);
    }
    return waits;
  } finally {
    await mapping.stop();
  }
}

async function measureLongPoll(emulators: Emulators, sqs: SQSClient, messages: number): Promise<readonly number[]> {
  const QueueUrl = await createQueue(sqs, "long-poll");
  const waits: number[] = [];
  for (let index = 0; index < messages; index += 1) {
    const receiving = sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: longPollSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    await delay(idleMs);
    const sentAt = performance.now();
    emulators.sqsAndS3.enqueue("long-poll", "{}");
    const { Messages = [] } = await receiving;
    if (Messages.length !== 1) throw new Error(`A long poll answered with ${Messages.length} messages`);
    waits.push(performance.now() - sentAt);
  }
  return waits;
}

async function createQueue(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "600" } }));
  if (QueueUrl === undefined) throw new TypeError("The emulator made no queue");
  return QueueUrl;
}
