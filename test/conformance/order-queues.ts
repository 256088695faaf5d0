import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { ReceivedMessage } from "./message-sender.suite.ts";

/** Makes the queues `orders` and `orders.fifo`: their ARNs, and what takes all messages off one. */
export async function openOrderQueues(client: SQSClient) {
  const urls = new Map<string, string>();
  for (const name of ["orders", "orders.fifo"]) {
    const attributes = name.endsWith(".fifo") ? { Attributes: { FifoQueue: "true" } } : {};
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: name, ...attributes }));
    urls.set(name, QueueUrl);
  }
  const receive = async (name: string): Promise<readonly ReceivedMessage[]> => {
    const QueueUrl = urls.get(name);
    const received: ReceivedMessage[] = [];
    // A FIFO queue may hold the others of a group back until the first one is deleted.
    for (;;) {
      const command = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(command));
      if (Messages.length === 0) return received;
      for (const { ReceiptHandle, MessageId = "", Body = "", MessageAttributes = {} } of Messages) {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        const attributes = Object.entries(MessageAttributes).map(([key, { StringValue = "" }]) => [key, StringValue]);
        received.push({ messageId: MessageId, body: Body, attributes: Object.fromEntries(attributes) });
      }
    }
  };
  return { arns: [...urls.keys()].map((name) => `arn:aws:sqs:us-east-1:000000000000:${name}`), receive };
}
