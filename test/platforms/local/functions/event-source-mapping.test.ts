import { setTimeout as delay } from "node:timers/promises";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Emulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";
import {
  type EventSourceMapping,
  startEventSourceMapping,
} from "../../../../src/platforms/local/functions/event-source-mapping.ts";
import type { LocalLogLine } from "../../../../src/platforms/local/local-log.ts";
import { startTestEmulators } from "../local-clients.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const queueArn = "arn:aws:sqs:us-east-1:000000000000:steps";

interface Poller {
  readonly sqs: SQSClient;
  readonly QueueUrl: string;
  readonly lines: LocalLogLine[];
  readonly mapping: EventSourceMapping;
  send(...bodies: string[]): Promise<void>;
  /** Visible, held and delayed messages. */
  counts(): Promise<[number, number, number]>;
}

interface Setup {
  invoke(event: SQSEvent): Promise<unknown>;
  readonly batchSize?: number;
  readonly maximumConcurrency?: number;
  readonly reportsBatchItemFailures?: boolean;
  readonly before?: readonly string[];
  readonly visibilitySeconds?: number;
  readonly stateFolder?: string;
  /** What a stop does at the queue, in place of ending its long polls. */
  readonly onStop?: (emulators: Emulators) => void;
}

async function start(setup: Setup): Promise<Poller> {
  const { emulators, sqs } = await startTestEmulators(setup.stateFolder);
  const Attributes = { VisibilityTimeout: String(setup.visibilitySeconds ?? 600) };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "steps", Attributes }));
  const send = async (...bodies: string[]) => {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  };
  if (setup.before) await send(...setup.before);
  const lines: LocalLogLine[] = [];
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: QueueUrl,
    region: "us-east-1",
    source: {
      queueArn,
      batchSize: setup.batchSize ?? 10,
      batchingWindowSeconds: 0,
      maximumConcurrency: setup.maximumConcurrency ?? 2,
      reportsBatchItemFailures: setup.reportsBatchItemFailures ?? true,
    },
    functionId: "F",
    invoke: (event) => setup.invoke(event as SQSEvent),
    endLongPolls: () => (setup.onStop ? setup.onStop(emulators) : emulators.sqsAndS3.endLongPolls()),
    onLog: (line) => lines.push(line),
  });
  onTestFinished(() => mapping.stop());
  const counts = async (): Promise<[number, number, number]> => {
    const { Attributes: all = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return [
      Number(all.ApproximateNumberOfMessages),
      Number(all.ApproximateNumberOfMessagesNotVisible),
      Number(all.ApproximateNumberOfMessagesDelayed),
    ];
  };
  return { sqs, QueueUrl, lines, mapping, send, counts };
}

const bodiesOf = (event: SQSEvent) => event.Records.map((record) => record.body);

it("a message reaches the handler in Lambda's envelope, and is deleted when the handler succeeds", async () => {
  const events: SQSEvent[] = [];
  const { sqs, QueueUrl, counts } = await start({ invoke: async (event) => void events.push(event) });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "hello",
      MessageAttributes: {
        reason: { DataType: "String", StringValue: "why" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) },
      },
    }),
  );
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: "hello",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: "000000000000",
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            reason: { stringValue: "why", dataType: "String", stringListValues: [], binaryListValues: [] },
            bytes: { binaryValue: "AQI=", dataType: "Binary", stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: "5d41402abc4b2a76b9719d911017c592",
          md5OfMessageAttributes: expect.any(String),
          eventSource: "aws:sqs",
          eventSourceARN: queueArn,
          awsRegion: "us-east-1",
        },
      ],
    },
  ]);
});

it("the messages that the handler reports stay until their visibility ends, the others are deleted", async () => {
  const reportC = async (event: SQSEvent) => ({
    batchItemFailures: event.Records.filter(({ body }) => body === "c").map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });
  const { counts } = await start({ before: ["a", "b", "c", "d"], invoke: reportC });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 1, 0]));
});

it("without ReportBatchItemFailures a response is not read, and the whole batch is deleted", async () => {
  const invoke = async () => ({ batchItemFailures: [{ itemIdentifier: "stranger" }] });
  const { counts } = await start({ before: ["a", "b"], reportsBatchItemFailures: false, invoke });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
});

it.each([
  ["throws", () => Promise.reject(new Error("boom"))],
  ["answers with a stranger's id", async () => ({ batchItemFailures: [{ itemIdentifier: "stranger" }] })],
])("a handler that %s fails the whole batch", async (_what, invoke) => {
  const { counts, lines } = await start({ before: ["a", "b", "c"], invoke });
  await vi.waitFor(() => expect(lines).toMatchObject([{ level: "error", source: "F", message: "A batch failed" }]));
  expect(await counts()).toEqual([0, 3, 0]);
});

it("a failed message comes again after its visibility timeout, with its count of receives", async () => {
  const received: string[] = [];
  const invoke = async (event: SQSEvent) => {
    received.push(...event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
    if (received.length < 3) throw new Error("not yet");
  };
  const { counts } = await start({ before: ["a"], visibilitySeconds: 0, maximumConcurrency: 1, invoke });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
  expect(received).toEqual(["1", "2", "3"]);
});

it("no more batches run at a time than the maximum, and nothing is received meanwhile", async () => {
  const waiting: (() => void)[] = [];
  const invoke = () => new Promise<void>((resolve) => waiting.push(resolve));
  const { counts } = await start({ before: ["a", "b", "c", "d", "e"], batchSize: 1, maximumConcurrency: 2, invoke });
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  // Long enough for a third receive over loopback, were there one.
  await delay(100);
  expect(waiting).toHaveLength(2);
  expect(await counts()).toEqual([3, 2, 0]);
  waiting[0]?.();
  await vi.waitFor(() => expect(waiting).toHaveLength(3));
  expect(await counts()).toEqual([2, 2, 0]);
  for (let index = 1; index < 5; index++) {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(index));
    waiting[index]?.();
  }
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
});

it("a batch holds no more than its size", async () => {
  const batches: string[][] = [];
  const { counts } = await start({
    before: ["a", "b", "c", "d", "e"],
    batchSize: 2,
    invoke: async (event) => void batches.push(bodiesOf(event)),
  });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
  expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
});

it("a long poll that already waits wakes at once for a new message", async () => {
  const bodies: string[] = [];
  const { send } = await start({ invoke: async (event) => void bodies.push(...bodiesOf(event)) });
  // Until the poll of 20 seconds waits at the server.
  await delay(50);
  await send("now");
  await vi.waitFor(() => expect(bodies).toEqual(["now"]), { timeout: 2_000 });
});

it("a stop ends a waiting poll at once, waits for the batch that runs, and leaves later messages visible", async () => {
  let finish: () => void = () => undefined;
  const invoke = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  const { mapping, send, counts, sqs, QueueUrl } = await start({
    before: ["a"],
    invoke,
    stateFolder: temporaryFolder(),
  });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 1, 0]));
  let isStopped = false;
  const stopping = mapping.stop().then(() => {
    isStopped = true;
  });
  await send("late");
  await delay(100);
  expect(isStopped).toBe(false);
  finish();
  await stopping;
  expect(await counts()).toEqual([1, 0, 0]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages?.[0]?.Body).toBe("late");
});

it("an idle poller makes one long poll, not many short ones", async () => {
  const { sqs } = await start({ invoke: async () => undefined });
  let receives = 0;
  sqs.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === "ReceiveMessageCommand") receives += 1;
      return next(args);
    },
    {},
  );
  await delay(100);
  expect(receives).toBe(0);
});

it("a message received while stopping is given back at once and not started", async () => {
  const invoke = vi.fn(async () => undefined);
  let isSent = false;
  const onStop = ({ sqsAndS3 }: Emulators) => {
    // The poll that waits answers with this message.
    if (!isSent) sqsAndS3.enqueue("steps", "late");
    isSent = true;
    sqsAndS3.endLongPolls();
  };
  const { mapping, counts } = await start({ invoke, onStop });
  await delay(50);
  await mapping.stop();
  expect(invoke).not.toHaveBeenCalled();
  expect(await counts()).toEqual([1, 0, 0]);
});
