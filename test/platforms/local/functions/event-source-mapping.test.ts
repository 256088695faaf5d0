import { setTimeout as delay } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { expect, it, vi } from "vitest";
import { queueArn, startPoller } from "./poller-under-test.ts";

const bodiesOf = (event: SQSEvent) => event.Records.map((record) => record.body);

it("a message reaches the handler in Lambda's envelope, and is deleted when the handler succeeds", async () => {
  const events: SQSEvent[] = [];
  const { sqs, QueueUrl, counts } = await startPoller({ invoke: async (event) => void events.push(event) });
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
  const { counts } = await startPoller({ before: ["a", "b", "c", "d"], invoke: reportC });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 1, 0]));
});

it("without ReportBatchItemFailures a response is not read, and the whole batch is deleted", async () => {
  const invoke = async () => ({ batchItemFailures: [{ itemIdentifier: "stranger" }] });
  const { counts } = await startPoller({ before: ["a", "b"], reportsBatchItemFailures: false, invoke });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
});

it.each([
  ["throws", () => Promise.reject(new Error("boom"))],
  ["answers with a stranger's id", async () => ({ batchItemFailures: [{ itemIdentifier: "stranger" }] })],
])("a handler that %s fails the whole batch", async (_what, invoke) => {
  const { counts, lines } = await startPoller({ before: ["a", "b", "c"], invoke });
  await vi.waitFor(() => expect(lines).toMatchObject([{ level: "error", source: "F", message: "A batch failed" }]));
  expect(await counts()).toEqual([0, 3, 0]);
});

it("a failed message comes again after its visibility timeout, with its count of receives", async () => {
  const received: string[] = [];
  const invoke = async (event: SQSEvent) => {
    received.push(...event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
    if (received.length < 3) throw new Error("not yet");
  };
  const { counts } = await startPoller({ before: ["a"], visibilitySeconds: 0, maximumConcurrency: 1, invoke });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
  expect(received).toEqual(["1", "2", "3"]);
});

it("no more batches run at a time than the maximum, and nothing is received meanwhile", async () => {
  const waiting: (() => void)[] = [];
  const invoke = () => new Promise<void>((resolve) => waiting.push(resolve));
  const { counts } = await startPoller({
    before: ["a", "b", "c", "d", "e"],
    batchSize: 1,
    maximumConcurrency: 2,
    invoke,
  });
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
  const { counts } = await startPoller({
    before: ["a", "b", "c", "d", "e"],
    batchSize: 2,
    invoke: async (event) => void batches.push(bodiesOf(event)),
  });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 0, 0]));
  expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
});

it("a long poll that already waits wakes at once for a new message", async () => {
  const bodies: string[] = [];
  const { send } = await startPoller({ invoke: async (event) => void bodies.push(...bodiesOf(event)) });
  // Until the poll of 20 seconds waits at the server.
  await delay(50);
  await send("now");
  await vi.waitFor(() => expect(bodies).toEqual(["now"]), { timeout: 2_000 });
});

it("an idle poller makes one long poll, not many short ones", async () => {
  const { sqs } = await startPoller({ invoke: async () => undefined });
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
