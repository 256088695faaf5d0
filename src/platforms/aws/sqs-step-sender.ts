import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import type { OutgoingMessage, StepQueue } from "../../ports/step-queue.ts";
import { callService } from "./call-service.ts";

/** The most messages that one SendMessageBatch takes. */
const maxBatchEntries = 10;

/** Steps on an SQS queue, for functions that send and receive no messages: nothing but `sqs:SendMessage` is called. */
export class SqsStepSender implements StepQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    const chunks: OutgoingMessage[][] = [];
    for (let index = 0; index < messages.length; index += maxBatchEntries) {
      chunks.push(messages.slice(index, index + maxBatchEntries));
    }
    return (await Promise.all(chunks.map((chunk) => this.#trySendChunk(chunk)))).flat();
  }

  async deadLetter(): Promise<never> {
    throw new Error("This function receives no messages, so it has none to set aside");
  }

  async hide(): Promise<never> {
    throw new Error("This function receives no messages, so it has none to hide");
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
