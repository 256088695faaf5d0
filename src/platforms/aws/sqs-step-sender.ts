import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import type { OutgoingMessage, StepQueue } from "../../ports/step-queue.ts";
import { callService } from "./call-service.ts";
import { batchesOf } from "./in-batches.ts";

/** A message as it is sent. */
interface Entry {
  readonly body: string;
  readonly delaySeconds: number;
}

/** Steps on an SQS queue, for functions that send and receive no messages: nothing but `sqs:SendMessage` is called. */
export class SqsStepSender implements StepQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    const entries = messages.map(({ message, delaySeconds }) => ({ body: toBody(message), delaySeconds }));
    return (await Promise.all(batchesOf(entries).map((batch) => this.#trySend(batch)))).flat();
  }

  async deadLetter(): Promise<never> {
    throw new Error("This function receives no messages, so it has none to set aside");
  }

  async hide(): Promise<never> {
    throw new Error("This function receives no messages, so it has none to hide");
  }

  /** A request that fails as a whole fails its own messages only: those of the others are sent. */
  async #trySend(batch: readonly Entry[]): Promise<(Error | undefined)[]> {
    try {
      return await callService("sqs:SendMessageBatch", () => this.#send(batch));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(`Thrown: ${typeof error}`);
      return batch.map(() => failure);
    }
  }

  async #send(batch: readonly Entry[]): Promise<(Error | undefined)[]> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.#queueUrl,
      Entries: batch.map(({ body, delaySeconds }, index) => ({
        Id: String(index),
        MessageBody: body,
        DelaySeconds: delaySeconds,
      })),
    });
    const { Failed = [] } = await this.#client.send(command);
    const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
    return batch.map((_, index) => {
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
