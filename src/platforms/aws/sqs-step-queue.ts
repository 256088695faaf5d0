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
    return (await Promise.all(chunks.map((chunk) => this.#sendChunk(chunk)))).flat();
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

  async #sendChunk(chunk: readonly OutgoingMessage[]): Promise<(Error | undefined)[]> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.#queueUrl,
      Entries: chunk.map(({ message, delaySeconds }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      })),
    });
    const { Failed = [] } = await callService("sqs:SendMessageBatch", () => this.#client.send(command));
    const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
    return chunk.map((_, index) => {
      const id = String(index);
      if (!codes.has(id)) return undefined;
      return new RefluxoError("queue.send-failed", `SQS refused a message: ${codes.get(id)}`, { isRetryable: true });
    });
  }
}

/** A value that SQS takes for a string attribute: not empty, no control characters, bounded. */
function toAttribute(text: string): string {
  const printable = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "?");
  return printable.slice(0, maxReasonLength) || "unknown";
}
