import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QueueMessage } from "../../src/contracts/messages.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";

/** A message as the consumer of a queue sees it. */
export interface Delivery {
  readonly body: string;
  readonly receiptHandle: string;
}

/** A queue and its consumer's side. Messages that are received stay hidden for 30 s at least. */
export interface StepQueueUnderTest {
  readonly queue: StepQueue;
  /** Receives some of what is visible; when nothing is, whatever becomes visible within the seconds. */
  receive(waitSeconds: number): Promise<readonly Delivery[]>;
  delete(receiptHandle: string): Promise<void>;
  /** The dead letters, those of earlier tests too. */
  deadLetters(): Promise<readonly { readonly body: string; readonly reason: string | undefined }[]>;
  close(): Promise<void>;
}

/** Registers the tests that every step queue passes (the docstrings of src/ports/step-queue.ts). */
export function describeStepQueue(name: string, open: () => Promise<StepQueueUnderTest>): void {
  describe(`the step queue of ${name}`, () => {
    let underTest: StepQueueUnderTest | undefined;
    const opened = () => {
      if (underTest === undefined) throw new Error("The queue is not open yet");
      return underTest;
    };
    beforeAll(async () => {
      underTest = await open();
    });
    afterAll(() => underTest?.close());

    const stepOf = (version = 0): QueueMessage => ({
      type: "step",
      schemaVersion: 1,
      workflowId: `conformance-${randomUUID()}`,
      version,
    });
    const bodyOf = (message: QueueMessage) => JSON.stringify(message);
    /** The same for all ways to escape one JSON value. */
    const plainBody = ({ body }: Delivery) => JSON.stringify(JSON.parse(body));

    /** Receives until all of the messages came; drops what earlier runs left on the queue. */
    const collect = async (messages: readonly QueueMessage[]) => {
      const wanted = new Set(messages.map(bodyOf));
      const deliveries: Delivery[] = [];
      for (let round = 0; deliveries.length < messages.length && round < messages.length + 10; round += 1) {
        for (const delivery of await opened().receive(1)) {
          if (wanted.has(plainBody(delivery))) deliveries.push(delivery);
          else await opened().delete(delivery.receiptHandle);
        }
      }
      return deliveries;
    };
    const isVisibleNow = async (message: QueueMessage) =>
      (await opened().receive(0)).some((delivery) => plainBody(delivery) === bodyOf(message));

    test("a message arrives as the JSON that was sent, once", async () => {
      const message = stepOf(7);
      expect(await opened().queue.send([{ message, delaySeconds: 0 }])).toEqual([undefined]);
      const [delivery] = await collect([message]);
      expect(JSON.parse(delivery?.body ?? "")).toEqual(message);
      expect(await isVisibleNow(message)).toBe(false);
      await opened().delete(delivery?.receiptHandle ?? "");
    });

    test("a send of nothing is answered with nothing", async () => {
      expect(await opened().queue.send([])).toEqual([]);
    });

    test("23 messages, more than two requests' worth, all arrive, each with its own answer", async () => {
      const messages = Array.from({ length: 23 }, (_, version) => stepOf(version));
      const answers = await opened().queue.send(messages.map((message) => ({ message, delaySeconds: 0 })));
      expect(answers).toEqual(messages.map(() => undefined));
      const deliveries = await collect(messages);
      expect(deliveries.map(plainBody).sort()).toEqual(messages.map(bodyOf).sort());
      for (const { receiptHandle } of deliveries) await opened().delete(receiptHandle);
    });

    test("a body with unicode arrives as it was", async () => {
      const input = { name: "Zoë 🚀 日本語", control: "\u0000\u001f\u007f", lone: "\ud800", quote: '"\\' };
      const message: QueueMessage = { type: "start", schemaVersion: 1, definitionId: "order", input };
      const unique = { ...message, workflowId: randomUUID() };
      await opened().queue.send([{ message: unique, delaySeconds: 0 }]);
      const [delivery] = await collect([unique]);
      expect(JSON.parse(delivery?.body ?? "")).toEqual(unique);
      await opened().delete(delivery?.receiptHandle ?? "");
    });

    test("a received message that is hidden for no time is visible at once", async () => {
      const message = stepOf();
      await opened().queue.send([{ message, delaySeconds: 0 }]);
      const [first] = await collect([message]);
      await opened().queue.hide(first?.receiptHandle ?? "", 0);
      const [second] = await collect([message]);
      expect(second?.body).toBe(bodyOf(message));
      await opened().delete(second?.receiptHandle ?? "");
    });

    // The one test that waits for real time where the platform has no other.
    test("a delayed message and a hidden one come when their second is over, not before", async () => {
      const [hidden, delayed] = [stepOf(1), stepOf(2)];
      await opened().queue.send([{ message: hidden, delaySeconds: 0 }]);
      const [delivery] = await collect([hidden]);
      await opened().queue.send([{ message: delayed, delaySeconds: 1 }]);
      await opened().queue.hide(delivery?.receiptHandle ?? "", 1);
      expect(await opened().receive(0)).toEqual([]);
      const deliveries = await collect([hidden, delayed]);
      expect(deliveries.map(plainBody).sort()).toEqual([hidden, delayed].map(bodyOf).sort());
      for (const { receiptHandle } of deliveries) await opened().delete(receiptHandle);
    });

    test("a dead letter carries its body as it was, JSON or not, and the reason", async () => {
      // Nothing beyond U+FFFF: SQS takes it, but its emulator refuses it.
      const body = `{"type":"nonsense ${randomUUID()}","name":"Zoë\t日本語"`;
      await opened().queue.deadLetter(body, "$.type: is not a message type");
      const letters = () => opened().deadLetters();
      await expect.poll(letters).toContainEqual({ body, reason: "$.type: is not a message type" });
      expect((await opened().receive(0)).map((delivery) => delivery.body)).not.toContain(body);
    });

    test("a dead letter whose reason is empty is not lost", async () => {
      const body = randomUUID();
      await opened().queue.deadLetter(body, "");
      await expect.poll(async () => (await opened().deadLetters()).map((letter) => letter.body)).toContain(body);
    });
  });
}
