import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { OutgoingMessage, StepQueue } from "../../ports/step-queue.ts";
import { callService } from "./call-service.ts";
import { SqsStepSender } from "./sqs-step-sender.ts";

const maxReasonLength = 1000;

/** Steps on an SQS queue, and what can never be valid on its dead-letter queue. */
export class SqsStepQueue implements StepQueue {
  readonly #client: SQSClient;
  readonly #sender: SqsStepSender;
  readonly #queueUrl: string;
  readonly #deadLetterQueueUrl: string | undefined;

  /** Without a dead-letter queue `deadLetter` throws: functions that receive no messages need none. */
  constructor(client: SQSClient, queueUrl: string, deadLetterQueueUrl?: string) {
    this.#client = client;
    this.#sender = new SqsStepSender(client, queueUrl);
    this.#queueUrl = queueUrl;
    this.#deadLetterQueueUrl = deadLetterQueueUrl;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (Error | undefined)[]> {
    return this.#sender.send(messages);
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
}

/** A value that SQS takes for a string attribute: not empty, no control characters, bounded. */
function toAttribute(text: string): string {
  const printable = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "?");
  return printable.slice(0, maxReasonLength) || "unknown";
}
