import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import type { MessageSender, QueueMessage } from "../../ports/message-sender.ts";
import { callService } from "./call-service.ts";
import { findQueueUrl, type QueueDirectory } from "./queue-directory.ts";

/** Failures that say something of the message, not of the moment. */
const lastingErrors: readonly string[] = [
  "InvalidMessageContents",
  "InvalidParameterValue",
  "InvalidParameterCombination",
  "InvalidAttributeValue",
  "MissingParameter",
  "UnsupportedOperation",
];

/** Messages to the SQS queues of a directory. */
export class SqsMessageSender implements MessageSender {
  readonly #client: SQSClient;
  readonly #directory: QueueDirectory;

  constructor(client: SQSClient, directory: QueueDirectory) {
    this.#client = client;
    this.#directory = directory;
  }

  async send(message: QueueMessage): Promise<{ readonly messageId: string }> {
    const { body, attributes, delaySeconds, groupId, deduplicationId } = message;
    const entries = Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]);
    const command = new SendMessageCommand({
      QueueUrl: findQueueUrl(this.#directory, message.queue),
      MessageBody: body,
      ...(entries.length > 0 && { MessageAttributes: Object.fromEntries(entries) }),
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    });
    const answer = await callService("sqs:SendMessage", async () => {
      try {
        return await this.#client.send(command);
      } catch (error) {
        if (error instanceof Error && lastingErrors.includes(error.name)) return { refusedAs: error.name };
        throw error;
      }
    });
    if (!("refusedAs" in answer)) return { messageId: answer.MessageId ?? "" };
    throw new RefluxoError("message.refused", `SQS did not take the message: ${answer.refusedAs}`);
  }
}
