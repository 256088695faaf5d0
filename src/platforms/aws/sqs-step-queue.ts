import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import type { OutgoingMessage, StepQueue } from "../../ports/step-queue.ts";
import { callService } from "./call-service.ts";

/** The most messages that one SendMessageBatch takes. */
const maxBatchEntries = 10;
const maxReasonLength = 1000;

/** Steps on an SQS queue, and what can never be valid on its dead-letter queue. */
export class SqsStepQueue implements StepQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #deadLetterQueueUrl: string | undefined;

  /** Without a dead-letter queue `deadLetter` throws: functions that receive no messages need none. */
  constructor(client: SQSClient, queueUrl: string, deadLetterQueueUrl?: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#deadLetterQueueUrl = deadLetterQueueUrl;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    const chunks: OutgoingMessage[][] = [];
    for (let index = 0; index < messages.length; index += maxBatchEntries) {
      chunks.push(messages.slice(index, index + maxBatchEntries));
    }
    return (await Promise.all(chunks.map((chunk) => this.#trySendChunk(chunk)))).flat();
  }

  async deadLetter(body: string, reason: string): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#deadLetterQueueUrl,
      MessageBody: body,
      MessageAttributes: { reason: { DataType: "String", StringValue: toAttribute(reason) } },
    });
    await callService("sqs:SendMessage", async () => {
      if (this.#deadLetterQueueUrl === undefined) throw new Error("This function has no dead-letter queue");
      await this.#client.send(command);
    });
  }

  async hide(receiptHandle: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    await callService("sqs:ChangeMessageVisibility", () => this.#client.send(command));
  }

  /** A request that fails as a whole fails its own messages only: those of the others are sent. */
  async #trySendChunk(chunk: readonly OutgoingMessage[]): Promise<(Error | undefined)[]> {
    try {
      return await callService("sqs:SendMessageBatch", () => this.#sendChunk(chunk));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(`Thrown: ${typeof error}`);
      return chunk.map(() => failure);
    }
  }

  async #sendChunk(chunk: readonly OutgoingMessage[]): Promise<(Error | undefined)[]> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.#queueUrl,
      Entries: chunk.map(({ message, delaySeconds }, index) => ({
        Id: String(index),
        MessageBody: toBody(message),
        DelaySeconds: delaySeconds,
      })),
    });
    const { Failed = [] } = await this.#client.send(command);
    const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
    return chunk.map((_, index) => {
      const id = String(index);
      if (!codes.has(id)) return undefined;
      return new RefluxoError("queue.send-failed", `SQS refused a message: ${codes.get(id)}`, { isRetryable: true });
    });
  }
}

/**
 * A message as JSON in which what SQS refuses or replaces (SendMessage, `MessageBody`: U+FFFE and U+FFFF) is escaped;
 * so are surrogate pairs, which SQS takes but its emulator does not.
 */
function toBody(message: OutgoingMessage["message"]): string {
  return JSON.stringify(message).replaceAll(
    /[^\u0020-\uD7FF\uE000-\uFFFD]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value that SQS takes for a string attribute: not empty, no control characters, bounded. */
function toAttribute(text: string): string {
  const printable = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "?");
  return printable.slice(0, maxReasonLength) || "unknown";
}
