import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { SqsStepQueue } from "../../src/platforms/aws/sqs-step-queue.ts";
import type { StepQueueUnderTest } from "./step-queue.suite.ts";

/** The step queue of the AWS platform and a consumer of both its queues, over whatever the client talks to. */
export function openSqsQueue(client: SQSClient, queueUrl: string, deadLetterQueueUrl: string): StepQueueUnderTest {
  const letters: { readonly body: string; readonly reason: string | undefined }[] = [];
  return {
    queue: new SqsStepQueue(client, queueUrl, deadLetterQueueUrl),
    receive: async (waitSeconds) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
        WaitTimeSeconds: waitSeconds,
      });
      const { Messages = [] } = await client.send(command);
      return Messages.map(({ Body = "", ReceiptHandle = "" }) => ({ body: Body, receiptHandle: ReceiptHandle }));
    },
    delete: async (receiptHandle) => {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
    },
    deadLetters: async () => {
      const command = new ReceiveMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
      });
      for (const message of (await client.send(command)).Messages ?? []) {
        letters.push({ body: message.Body ?? "", reason: message.MessageAttributes?.["reason"]?.StringValue });
        const { ReceiptHandle } = message;
        await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle }));
      }
      return letters;
    },
    close: async () => client.destroy(),
  };
}
