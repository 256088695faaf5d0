import { GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** How many messages a queue holds: visible, hidden and delayed. */
export async function countWaiting(sqs: SQSClient, queueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] });
  const { Attributes = {} } = await sqs.send(command);
  return (["", "NotVisible", "Delayed"] as const).reduce(
    (sum, suffix) => sum + Number(Attributes[`ApproximateNumberOfMessages${suffix}`] ?? 0),
    0,
  );
}

/** The bodies and reasons of a dead-letter queue, ten at most: none are expected. */
export async function readDeadLetters(sqs: SQSClient, queueUrl: string): Promise<readonly string[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
  });
  const { Messages = [] } = await sqs.send(command);
  return Messages.map(({ Body, MessageAttributes }) => `${MessageAttributes?.["reason"]?.StringValue}: ${Body}`);
}
