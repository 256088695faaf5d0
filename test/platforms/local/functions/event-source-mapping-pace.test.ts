import { setImmediate as nextTurn } from "node:timers/promises";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { expect, it, onTestFinished, vi } from "vitest";
import { startEventSourceMapping } from "../../../../src/platforms/local/functions/event-source-mapping.ts";
import { startTestEmulators } from "../local-clients.ts";
import { queueArn, startPoller } from "./poller-under-test.ts";

const source = {
  queueArn,
  batchSize: 10,
  batchingWindowSeconds: 0,
  maximumConcurrency: 2,
  reportsBatchItemFailures: true,
};

it.each([
  ["came back empty", () => []],
  ["returned a message", (receive: number) => [{ MessageId: String(receive), ReceiptHandle: "handle", Body: "{}" }]],
])("the poller sleeps nothing between receives: not after one that %s", async (_what, messagesOf) => {
  const receivesAtOnce = 1_000;
  let receives = 0;
  const never = new Promise<never>(() => undefined);
  const sqs = new SQSClient({ region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  vi.spyOn(sqs, "send").mockImplementation(async (command: object) => {
    if (!(command instanceof ReceiveMessageCommand)) return {};
    receives += 1;
    return receives > receivesAtOnce ? never : { Messages: messagesOf(receives) };
  });
  const poller = { sqs, queueUrl: "queue", region: "us-east-1", source, functionId: "F", onLog: () => undefined };
  startEventSourceMapping({ ...poller, invoke: async () => undefined, endLongPolls: () => undefined });
  // No timer fires before the next turn of the event loop: whoever sleeps, were it 0 ms, has received once by then.
  await nextTurn();
  expect(receives).toBe(receivesAtOnce + 1);
});

/** Stops all timers, the long poll's end and the emulator's look at delayed messages among them; the network goes on. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Resolves once something is true, without any timer, or when the test has run out of time. */
async function until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
  while (!(isTrue() || signal.aborted)) await nextTurn();
}

it("a long poll that waits is woken by the send itself: it ends while time stands still", async ({ signal }) => {
  const { sqs } = await startTestEmulators();
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "steps" }));
  stopTime();
  const setInterval = vi.spyOn(globalThis, "setInterval");
  onTestFinished(() => setInterval.mockRestore());
  const receiving = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  // The queue looks at its delayed messages for as long as a poll waits.
  await until(() => setInterval.mock.calls.length > 0, signal);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "now" }));
  const { Messages = [] } = await receiving;
  expect(Messages.map(({ Body }) => Body)).toEqual(["now"]);
});

it("ten messages, each sent by the handler of the one before, arrive one after the other while time stands still", async ({
  signal,
}) => {
  const bodies: string[] = [];
  let send = async (_body: string): Promise<void> => undefined;
  const invoke = async ({ Records }: SQSEvent) => {
    for (const { body } of Records) {
      bodies.push(body);
      if (bodies.length < 10) await send(String(bodies.length));
    }
  };
  const poller = await startPoller({ invoke });
  send = poller.send;
  stopTime();
  await send("0");
  await until(() => bodies.length === 10, signal);
  expect(bodies).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});
