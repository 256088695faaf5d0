import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { afterEach, describe, expect, test } from "vitest";
import { SqsStepQueue } from "../../../src/platforms/aws/sqs-step-queue.ts";
import { SqsStepSender } from "../../../src/platforms/aws/sqs-step-sender.ts";
import type { OutgoingMessage } from "../../../src/ports/step-queue.ts";
import { FakeService, jsonError, type ServiceAnswer, type ServiceRequest } from "./fake-service.ts";

const Batch = v.object({
  Entries: v.array(v.object({ Id: v.string(), MessageBody: v.string(), DelaySeconds: v.number() })),
});
const DeadLetter = v.object({
  QueueUrl: v.string(),
  MessageBody: v.string(),
  MessageAttributes: v.object({ reason: v.object({ DataType: v.literal("String"), StringValue: v.string() }) }),
});

let service: FakeService | undefined;
let client: SQSClient | undefined;

afterEach(async () => {
  client?.destroy();
  await service?.stop();
});

async function queueOver(answer: (request: ServiceRequest, index: number) => ServiceAnswer) {
  service = await FakeService.start(answer);
  client = new SQSClient({ ...service.clientConfig, maxAttempts: 1 });
  const base = service.clientConfig.endpoint;
  const sender = new SqsStepSender(client, `${base}/1/steps`);
  return { queue: new SqsStepQueue(client, `${base}/1/steps`, `${base}/1/dead`), sender, service };
}

const md5 = (body: string) => createHash("md5").update(body).digest("hex");
const entriesOf = ({ body }: ServiceRequest) => v.parse(Batch, JSON.parse(body)).Entries;
const versionOf = (body: string) => v.parse(v.object({ version: v.number() }), JSON.parse(body)).version;

/** Answers a batch as SQS does, refusing the messages of some versions. */
function answerBatch(request: ServiceRequest, refusedVersions: readonly number[]): ServiceAnswer {
  const entries = entriesOf(request);
  const isRefused = ({ MessageBody }: { MessageBody: string }) => refusedVersions.includes(versionOf(MessageBody));
  return {
    body: JSON.stringify({
      // Not in the order of the request: SQS promises none.
      Successful: entries
        .filter((entry) => !isRefused(entry))
        .reverse()
        .map(({ Id, MessageBody }) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: md5(MessageBody) })),
      Failed: entries.filter(isRefused).map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })),
    }),
  };
}

function steps(count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, version) => ({
    message: { type: "step", schemaVersion: 1, workflowId: "w", version },
    delaySeconds: version % 900,
  }));
}

describe("sending", () => {
  test("splits into requests of ten and keeps each message's delay", async () => {
    const { queue, service } = await queueOver((request) => answerBatch(request, []));
    expect(await queue.send(steps(23))).toEqual(Array.from({ length: 23 }, () => undefined));
    expect(service.requests.map((request) => entriesOf(request).length).sort()).toEqual([10, 10, 3].sort());
    for (const { MessageBody, DelaySeconds } of service.requests.flatMap(entriesOf)) {
      expect(DelaySeconds).toBe(versionOf(MessageBody));
    }
  });

  test("splits into requests of a megabyte, whatever the escapes make of the bodies", async () => {
    const sizes: number[] = [];
    const { queue } = await queueOver((request) => {
      sizes.push(entriesOf(request).reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0));
      return answerBatch(request, []);
    });
    const carried = { key: "k1", mac: "m".repeat(43), text: "😀".repeat(12_000) };
    const messages = steps(10).map((outgoing) => ({ ...outgoing, message: { ...outgoing.message, carried } }));
    expect(await queue.send(messages)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_048_576);
  });

  test("maps the failed entries of every request to the messages that they were", async () => {
    const refused = [0, 9, 10, 15, 22];
    const { queue } = await queueOver((request) => answerBatch(request, refused));
    const answers = await queue.send(steps(23));
    expect(answers.flatMap((error, index) => (error === undefined ? [] : [index]))).toEqual(refused);
    expect(answers[15]).toMatchObject({ code: "queue.send-failed", isRetryable: true });
    expect(answers[15]?.message).toContain("InternalError");
  });

  test("a request that fails as a whole fails its own messages only", async () => {
    const { queue } = await queueOver((request) => {
      const isSecond = entriesOf(request).some(({ MessageBody }) => versionOf(MessageBody) === 10);
      return isSecond ? jsonError("AccessDeniedException", "no") : answerBatch(request, []);
    });
    const answers = await queue.send(steps(23));
    const failed = answers.flatMap((error, index) => (error === undefined ? [] : [index]));
    expect(failed).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(answers[10]).toMatchObject({ code: "service.failed", isRetryable: true });
  });

  test("writes what SQS would refuse or replace in a body as JSON escapes", async () => {
    const { queue, service } = await queueOver((request) => ({
      body: JSON.stringify({
        Successful: entriesOf(request).map(({ Id, MessageBody }) => ({ Id, MD5OfMessageBody: md5(MessageBody) })),
      }),
    }));
    const input = "a\u0000\u001f\ufffe\uffff\ud800 Zoë 日本語 🚀";
    const message = { type: "start", schemaVersion: 1, definitionId: "order", input } as const;
    expect(await queue.send([{ message, delaySeconds: 0 }])).toEqual([undefined]);
    const body = service.requests.flatMap(entriesOf)[0]?.MessageBody ?? "";
    expect(body).toMatch(/^[\u0020-\uD7FF\uE000-\uFFFD]+$/);
    expect(JSON.parse(body)).toEqual(message);
  });
});

describe("dead letters", () => {
  const letterWith = async (reason: string) => {
    const { queue, service } = await queueOver(() => ({
      body: JSON.stringify({ MessageId: "m", MD5OfMessageBody: md5("body") }),
    }));
    await queue.deadLetter("body", reason);
    const [request] = service.requests;
    return v.parse(DeadLetter, JSON.parse(request?.body ?? ""));
  };

  test("go to the dead-letter queue with the reason", async () => {
    const letter = await letterWith("$.type: größe is not a message type");
    expect(letter.QueueUrl).toMatch(/\/1\/dead$/);
    expect(letter.MessageAttributes.reason.StringValue).toBe("$.type: größe is not a message type");
  });

  test.each([
    { given: "a\u0000b\u001fc\ufffed", sent: "a?b?c?d" },
    { given: "lone \ud800 surrogate", sent: "lone ? surrogate" },
    { given: "kept\ttabs\r\nand lines", sent: "kept\ttabs\r\nand lines" },
    { given: "", sent: "unknown" },
  ])("take a reason only as SQS allows it: $sent", async ({ given, sent }) => {
    expect((await letterWith(given)).MessageAttributes.reason.StringValue).toBe(sent);
  });

  test("bound a reason of any length", async () => {
    const { StringValue } = (await letterWith("x".repeat(500_000))).MessageAttributes.reason;
    expect(StringValue).toBe("x".repeat(1000));
  });

  test("throw a retryable error when they cannot be sent, so that nothing is acknowledged", async () => {
    const { queue } = await queueOver(() => jsonError("AccessDeniedException", "no"));
    await expect(queue.deadLetter("body", "why")).rejects.toMatchObject({ code: "service.failed", isRetryable: true });
  });

  test("throw when the function has no dead-letter queue", async () => {
    const queue = new SqsStepQueue(new SQSClient({ region: "us-east-1" }), "http://127.0.0.1:1/1/steps");
    await expect(queue.deadLetter("body", "why")).rejects.toMatchObject({
      cause: { message: "This function has no dead-letter queue" },
    });
  });
});

describe("a sender without the receiving end", () => {
  test("sends as the queue does", async () => {
    const { service, sender } = await queueOver((request) => answerBatch(request, [3]));
    const errors = await sender.send(steps(12));
    expect(errors.map((error) => error !== undefined)).toEqual(steps(12).map((_, version) => version === 3));
    expect(service.requests).toHaveLength(2);
  });

  test("hides nothing and sets nothing aside, as the function's role could not", async () => {
    const { service, sender } = await queueOver(() => ({}));
    await expect(sender.deadLetter()).rejects.toThrow("receives no messages");
    await expect(sender.hide()).rejects.toThrow("receives no messages");
    expect(service.requests).toEqual([]);
  });
});
