import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import { callService } from "./call-service.ts";
import { readFailedInvocation } from "./failed-invocation.ts";
import { type EntryFailure, inBatches } from "./in-batches.ts";

/** A message on the dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** What the step queue would carry: the message itself, or the event of an invocation that Lambda gave up. */
  readonly body: string;
  /** Why it was set aside; absent when SQS moved it because it was received too often. */
  readonly reason: string | undefined;
  readonly receiveCount: number;
  /** Epoch ms; a letter that the dispatcher itself set aside is first received when it is first listed. */
  readonly firstReceivedAt: number;
}

/** How long and how far to look. */
export interface GatherLimits {
  /** How long what was received stays hidden from others when this process dies, s. */
  readonly visibilitySeconds: number;
  /** How long one receive waits, s; above 0 SQS asks all of its servers. */
  readonly waitSeconds: number;
  /** How many receives in a row may bring nothing new before the queue is taken for read. */
  readonly fruitlessReceives: number;
  /** How many letters are held at once, so that the first is not visible again before the last is dealt with. */
  readonly maxLetters: number;
}

/** Where a reason stands: the dispatcher's own, or those that EventBridge adds to an event that it could not deliver. */
const reasonAttributes = ["reason", "ERROR_MESSAGE", "ERROR_CODE"];

/** For a person at a terminal: a look at an empty queue takes three seconds. */
export const defaultGatherLimits: GatherLimits = {
  visibilitySeconds: 120,
  waitSeconds: 1,
  fruitlessReceives: 3,
  maxLetters: 2_000,
};

/** What was found; not complete when `maxLetters` ended the search, or every wanted letter was found before the end. */
export interface GatheredLetters {
  readonly letters: readonly DeadLetter[];
  readonly isComplete: boolean;
}

/**
 * The dead-letter queue as a person looks at it. SQS has no way to look without receiving, so what is gathered is
 * hidden from others for a while: `release` gives back everything that was not deleted.
 */
export class DeadLetterQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #limits: GatherLimits;
  readonly #held = new Map<string, DeadLetter>();

  constructor(client: SQSClient, queueUrl: string, limits: GatherLimits = defaultGatherLimits) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#limits = limits;
  }

  /**
   * Receives until nothing new comes, or all wanted ids are there. Throws a `RefluxoError`: `redrive.wrong-queue` for
   * a queue that has a dead-letter queue of its own, whose messages are live, and `service.failed`.
   */
  async gather(wanted?: ReadonlySet<string>): Promise<GatheredLetters> {
    await this.#assertDeadLetters();
    const { fruitlessReceives, maxLetters } = this.#limits;
    const isFound = () => wanted !== undefined && [...wanted].every((id) => this.#held.has(id));
    let fruitless = 0;
    while (fruitless < fruitlessReceives && this.#held.size < maxLetters && !isFound()) {
      const before = this.#held.size;
      // Of a letter that is received again the newest receipt handle counts.
      for (const letter of await this.#receive()) this.#held.set(letter.messageId, letter);
      fruitless = this.#held.size > before ? 0 : fruitless + 1;
    }
    return { letters: [...this.#held.values()], isComplete: fruitless === fruitlessReceives };
  }

  /** Deletes gathered letters; returns those that stay, and never throws. */
  async delete(letters: readonly DeadLetter[]): Promise<readonly EntryFailure[]> {
    const failures = await inBatches("sqs:DeleteMessageBatch", letters, (batch) =>
      this.#client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
        }),
      ),
    );
    const kept = new Set(failures.map(({ messageId }) => messageId));
    for (const { messageId } of letters) if (!kept.has(messageId)) this.#held.delete(messageId);
    return failures;
  }

  /** Makes what is still held visible again; returns what stays hidden until its time is over, and never throws. */
  async release(): Promise<readonly EntryFailure[]> {
    const held = [...this.#held.values()];
    this.#held.clear();
    return inBatches("sqs:ChangeMessageVisibilityBatch", held, (batch) =>
      this.#client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      ),
    );
  }

  async #assertDeadLetters(): Promise<void> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ["RedrivePolicy"] });
    const { Attributes } = await callService("sqs:GetQueueAttributes", () => this.#client.send(command));
    if (Attributes?.["RedrivePolicy"]) {
      throw new RefluxoError("redrive.wrong-queue", `${this.#queueUrl} has a dead-letter queue, so it is not one`);
    }
  }

  async #receive(): Promise<readonly DeadLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: this.#limits.visibilitySeconds,
      WaitTimeSeconds: this.#limits.waitSeconds,
      MessageAttributeNames: reasonAttributes,
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp"],
    });
    const { Messages = [] } = await callService("sqs:ReceiveMessage", () => this.#client.send(command));
    return Messages.map(toLetter);
  }
}

function toLetter(message: Message): DeadLetter {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes = {} } = message;
  const [reason] = reasonAttributes.flatMap((name) => MessageAttributes[name]?.StringValue ?? []);
  // The dispatcher's own letters are never Lambda's, whatever their sender made them look like.
  const invocation = reason === undefined ? readFailedInvocation(Body) : undefined;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: invocation?.event ?? Body,
    reason: reason ?? invocation?.condition,
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 0),
    firstReceivedAt: Number(Attributes?.ApproximateFirstReceiveTimestamp ?? 0),
  };
}
