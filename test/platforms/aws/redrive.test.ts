import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { DeadLetterQueue, type GatherLimits } from "../../../src/platforms/aws/dead-letter-queue.ts";
import { batchesOf } from "../../../src/platforms/aws/in-batches.ts";
import { listDeadLetters, redrive } from "../../../src/platforms/aws/redrive.ts";
import { SqsStepQueue } from "../../../src/platforms/aws/sqs-step-queue.ts";
import { startEmulatedStack } from "../../conformance/emulated-stack.ts";

const limits: GatherLimits = { visibilitySeconds: 30, waitSeconds: 0, fruitlessReceives: 2, maxLetters: 100 };

const stack = await startEmulatedStack();
const { queueUrl: stepQueueUrl, deadLetterQueueUrl } = stack;
const client = stack.sqs();
afterAll(async () => {
  client.destroy();
  await stack.stop();
});
beforeEach(async () => {
  await takeAll(stepQueueUrl);
  await takeAll(deadLetterQueueUrl);
});

const letterBox = (over: SQSClient = client, changed: Partial<GatherLimits> = {}) =>
  new DeadLetterQueue(over, deadLetterQueueUrl, { ...limits, ...changed });
const target = (over: SQSClient = client) => ({ client: over, stepQueueUrl });

/** Empties a queue for the rest of the test by hiding everything; returns what was in it, sorted. */
async function takeAll(queueUrl: string) {
  const taken: { readonly id: string; readonly body: string; readonly attributes: readonly string[] }[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 3600,
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await client.send(command);
    if (Messages.length === 0) return taken.toSorted((a, b) => a.body.localeCompare(b.body));
    for (const { MessageId = "", Body = "", MessageAttributes = {} } of Messages) {
      taken.push({ id: MessageId, body: Body, attributes: Object.keys(MessageAttributes) });
    }
  }
}

async function writeLetters(count: number): Promise<readonly string[]> {
  const bodies = Array.from({ length: count }, (_, index) => `{"letter": ${index},\t"text":"größe\\u2028"}`);
  const queue = new SqsStepQueue(client, stepQueueUrl, deadLetterQueueUrl);
  for (const body of bodies) await queue.deadLetter(body, `invalid: ${body}`);
  return bodies.toSorted((a, b) => a.localeCompare(b));
}

/** A client that calls `onCommand` first; a throw there is a request that never reached SQS. */
function watchedClient(onCommand: (name: string) => void): SQSClient {
  const watched = stack.sqs();
  watched.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        onCommand(commandName);
        return next(args);
      },
    { step: "initialize" },
  );
  return watched;
}

function failing(failed: string): SQSClient {
  return watchedClient((name) => {
    if (name === failed) throw Object.assign(new Error("no"), { name: "AccessDenied" });
  });
}

describe("listing the dead letters", () => {
  test("shows each once, with its reason, and leaves all of them where they were, visible at once", async () => {
    const bodies = await writeLetters(23);
    const before = Date.now();
    const { letters, isComplete, failures } = await listDeadLetters(letterBox());
    expect(letters.map(({ body }) => body).toSorted((a, b) => a.localeCompare(b))).toEqual(bodies);
    for (const { body, reason } of letters) expect(reason).toBe(`invalid: ${body}`);
    for (const { receiveCount, firstReceivedAt } of letters) {
      expect(receiveCount).toBe(1);
      expect(Math.abs(firstReceivedAt - before)).toBeLessThan(60_000);
    }
    expect({ isComplete, failures }).toEqual({ isComplete: true, failures: [] });
    const left = await takeAll(deadLetterQueueUrl);
    expect(left.map(({ body }) => body)).toEqual(bodies);
    expect(left.every(({ attributes }) => attributes.includes("reason"))).toBe(true);
  });

  test("says that there are more when it holds as many as it may", async () => {
    await writeLetters(25);
    const { letters, isComplete } = await listDeadLetters(letterBox(client, { maxLetters: 20 }));
    expect({ shown: letters.length, isComplete }).toEqual({ shown: 20, isComplete: false });
    expect(await takeAll(deadLetterQueueUrl)).toHaveLength(25);
  });

  test("shows a letter once that becomes visible again while it looks", async () => {
    await writeLetters(3);
    const { letters } = await listDeadLetters(letterBox(client, { visibilitySeconds: 0 }));
    expect(letters).toHaveLength(3);
  });

  test("gives back what it received when a later receive fails", async () => {
    await writeLetters(15);
    let receives = 0;
    const breaking = watchedClient((name) => {
      if (name === "ReceiveMessageCommand") receives += 1;
      if (receives === 2) {
        receives = 3;
        throw new Error("gone");
      }
    });
    await expect(listDeadLetters(letterBox(breaking))).rejects.toMatchObject({ code: "service.failed" });
    breaking.destroy();
    expect(await takeAll(deadLetterQueueUrl)).toHaveLength(15);
  });

  test("names what it cannot make visible again", async () => {
    await writeLetters(2);
    const denied = failing("ChangeMessageVisibilityBatchCommand");
    const { letters, failures } = await listDeadLetters(letterBox(denied));
    denied.destroy();
    expect(failures.map(({ messageId }) => messageId)).toEqual(letters.map(({ messageId }) => messageId));
    expect(failures[0]?.why).toBe("sqs:ChangeMessageVisibilityBatch failed: AccessDenied");
  });

  test("refuses the step queue, whose messages are live", async () => {
    await client.send(new SendMessageCommand({ QueueUrl: stepQueueUrl, MessageBody: "{}" }));
    const swapped = new DeadLetterQueue(client, stepQueueUrl, limits);
    await expect(listDeadLetters(swapped)).rejects.toMatchObject({ code: "redrive.wrong-queue" });
    expect(await takeAll(stepQueueUrl)).toHaveLength(1);
  });
});

describe("sending dead letters back", () => {
  test("moves all of them, byte for byte and without the reason", async () => {
    const bodies = await writeLetters(23);
    const report = await redrive(letterBox(), target(), "all");
    expect(report).toMatchObject({ missingIds: [], failures: [], isComplete: true });
    expect(report.sentIds).toHaveLength(23);
    const sent = await takeAll(stepQueueUrl);
    expect(sent.map(({ body }) => body)).toEqual(bodies);
    expect(sent.flatMap(({ attributes }) => attributes)).toEqual([]);
    expect(await takeAll(deadLetterQueueUrl)).toEqual([]);
  });

  test("sends back the event of an invocation that Lambda gave up, and nothing for a message that looks like one", async () => {
    const event = { type: "start", definitionId: "d", workflowId: "w", input: null };
    const record = (requestPayload: unknown) =>
      JSON.stringify({
        version: "1.0",
        requestContext: {
          requestId: "r",
          functionArn: "arn:aws:lambda:eu-central-1:1:function:d",
          condition: "RetriesExhausted",
        },
        requestPayload,
        responsePayload: { errorType: "RefluxoError", errorMessage: "no" },
      });
    await client.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: record(event) }));
    await client.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: record("text") }));
    await new SqsStepQueue(client, stepQueueUrl, deadLetterQueueUrl).deadLetter(record({ forged: true }), "no type");
    const { letters } = await listDeadLetters(letterBox());
    expect(letters.map(({ reason }) => reason).toSorted()).toEqual(["RetriesExhausted", "no type", undefined]);
    expect(await redrive(letterBox(), target(), "all")).toMatchObject({ failures: [] });
    const sent = (await takeAll(stepQueueUrl)).map(({ body }) => body);
    expect(sent.toSorted()).toEqual([JSON.stringify(event), record("text"), record({ forged: true })].toSorted());
  });

  test("shows why EventBridge could not deliver an event", async () => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: '{"detail-type":"Object Created"}',
        MessageAttributes: {
          ERROR_CODE: { DataType: "String", StringValue: "NO_PERMISSIONS" },
          ERROR_MESSAGE: { DataType: "String", StringValue: "may not send" },
        },
      }),
    );
    expect((await listDeadLetters(letterBox())).letters).toMatchObject([{ reason: "may not send" }]);
  });

  test("moves the chosen ones, leaves the others visible, and names an id that is not there", async () => {
    await writeLetters(12);
    const { letters } = await listDeadLetters(letterBox());
    const chosen = letters.filter((_, index) => index % 5 === 0);
    const ids = chosen.map(({ messageId }) => messageId);
    const report = await redrive(letterBox(), target(), [...ids, "nobody"]);
    expect({ ...report, sentIds: report.sentIds.toSorted() }).toEqual({
      sentIds: ids.toSorted(),
      missingIds: ["nobody"],
      failures: [],
      isComplete: true,
    });
    expect((await takeAll(stepQueueUrl)).map(({ body }) => body).sort()).toEqual(chosen.map(({ body }) => body).sort());
    const left = await takeAll(deadLetterQueueUrl);
    expect(left.map(({ id }) => id).sort()).toEqual(
      letters.flatMap(({ messageId }) => (ids.includes(messageId) ? [] : [messageId])).sort(),
    );
  });

  test("stops looking when it has what was asked for", async () => {
    await writeLetters(40);
    const { letters } = await listDeadLetters(letterBox());
    let receives = 0;
    const counting = watchedClient((name) => {
      if (name === "ReceiveMessageCommand") receives += 1;
    });
    const firstSeen = letters[0]?.messageId ?? "";
    const report = await redrive(letterBox(counting), target(counting), [firstSeen]);
    counting.destroy();
    expect(report.sentIds).toEqual([firstSeen]);
    expect(receives).toBe(1);
    expect(await takeAll(deadLetterQueueUrl)).toHaveLength(39);
  });

  test("deletes nothing that could not be sent", async () => {
    await writeLetters(12);
    const denied = failing("SendMessageBatchCommand");
    const report = await redrive(letterBox(denied), target(denied), "all");
    denied.destroy();
    expect(report.sentIds).toEqual([]);
    expect(report.failures.map(({ why }) => why)).toEqual(
      Array.from({ length: 12 }, () => "sqs:SendMessageBatch failed: AccessDenied"),
    );
    expect(await takeAll(deadLetterQueueUrl)).toHaveLength(12);
    expect(await takeAll(stepQueueUrl)).toEqual([]);
  });

  test("keeps the one that SQS refuses beside others, and says why", async () => {
    await writeLetters(2);
    const refusing = stack.sqs();
    refusing.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { output, ...rest } = await next(args);
          if (commandName !== "SendMessageBatchCommand") return { output, ...rest };
          return { ...rest, output: { ...output, Failed: [{ Id: "1", Code: "InternalError", SenderFault: false }] } };
        },
      { step: "initialize" },
    );
    const report = await redrive(letterBox(refusing), target(refusing), "all");
    refusing.destroy();
    const left = await takeAll(deadLetterQueueUrl);
    expect(report.failures).toEqual([
      { messageId: left[0]?.id, why: "sqs:SendMessageBatch refused it: InternalError" },
    ]);
    expect(left).toHaveLength(1);
    expect(report.sentIds).toHaveLength(1);
  });

  test("a crash between sending and deleting loses nothing: the letter is there twice", async () => {
    const bodies = await writeLetters(3);
    const denied = failing("DeleteMessageBatchCommand");
    const report = await redrive(letterBox(denied), target(denied), "all");
    denied.destroy();
    expect(report.failures.map(({ why }) => why)).toContain("sqs:DeleteMessageBatch failed: AccessDenied");
    expect(report.sentIds).toHaveLength(3);
    expect((await takeAll(stepQueueUrl)).map(({ body }) => body)).toEqual(bodies);
    expect((await takeAll(deadLetterQueueUrl)).map(({ body }) => body)).toEqual(bodies);
  });
});

test("batches take ten entries and a megabyte together at most, and lose none", () => {
  const entryOf = (sizeBytes: number, index: number) => ({ messageId: `${index}`, body: "x".repeat(sizeBytes) });
  const sizes = [1_048_576, 1, 1_048_576, 600_000, 400_000, 48_576, 1, ...Array.from({ length: 11 }, () => 2)];
  const batches = batchesOf(sizes.map(entryOf));
  expect(batches.map((batch) => batch.map(({ body }) => body.length))).toEqual([
    [1_048_576],
    [1],
    [1_048_576],
    [600_000, 400_000, 48_576],
    [1, 2, 2, 2, 2, 2, 2, 2, 2, 2],
    [2, 2],
  ]);
  expect(batches.flat().map(({ messageId }) => Number(messageId))).toEqual(sizes.map((_, index) => index));
});
