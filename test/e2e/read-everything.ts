import { type AttributeValue, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { fromTextAttribute } from "../../src/platforms/aws/text-attribute.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import type { LocalStack } from "../../src/platforms/local/run-local-stack.ts";

/** Everything that a stack has stored. */
export interface Everything {
  /** Every item of the table, all attributes, what is compressed as text. */
  readonly items: readonly unknown[];
  /** Every object of both buckets: key and content. */
  readonly objects: readonly string[];
  /** Every message that lies in a queue, with its attributes. */
  readonly messages: readonly unknown[];
}

/** Reads a stack's whole table, both buckets and both queues; its messages stay there, invisible for a while. */
export async function readEverything({ endpoints, names, queueUrls }: LocalStack): Promise<Everything> {
  const configs = clientConfigs(endpoints);
  const [dynamodb, s3, sqs] = [
    new DynamoDBClient(configs.dynamodb),
    new S3Client(configs.s3),
    new SQSClient(configs.sqs),
  ] as const;
  try {
    return {
      items: await readItems(dynamodb, names["WorkflowTable"]),
      objects: [...(await readObjects(s3, names["PayloadBucket"])), ...(await readObjects(s3, names["UploadBucket"]))],
      messages: [
        ...(await readMessages(sqs, queueUrls["StepQueue"])),
        ...(await readMessages(sqs, queueUrls["DeadLetterQueue"])),
      ],
    };
  } finally {
    for (const client of [dynamodb, s3, sqs]) client.destroy();
  }
}

/** How many messages lie in a stack's dead-letter queue. */
export async function countDeadLetters({ endpoints, queueUrls }: LocalStack): Promise<number> {
  const sqs = new SQSClient(clientConfigs(endpoints).sqs);
  const AttributeNames: QueueAttributeName[] = ["ApproximateNumberOfMessages"];
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrls["DeadLetterQueue"], AttributeNames });
    return Number((await sqs.send(command)).Attributes?.ApproximateNumberOfMessages);
  } finally {
    sqs.destroy();
  }
}

async function readItems(client: DynamoDBClient, TableName: string | undefined): Promise<readonly unknown[]> {
  const items: Record<string, AttributeValue>[] = [];
  let page = await client.send(new ScanCommand({ TableName }));
  items.push(...(page.Items ?? []));
  while (page.LastEvaluatedKey !== undefined) {
    page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: page.LastEvaluatedKey }));
    items.push(...(page.Items ?? []));
  }
  return items.map(decompressed);
}

function decompressed(item: Readonly<Record<string, AttributeValue>>): unknown {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromTextAttribute(value) ?? value]));
}

async function readObjects(client: S3Client, Bucket: string | undefined): Promise<readonly string[]> {
  const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket }));
  if (IsTruncated === true) throw new Error("The bucket has more objects than one page");
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return `${Key}\n${await Body?.transformToString()}`;
    }),
  );
}

async function readMessages(client: SQSClient, QueueUrl: string | undefined): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    const { Messages = [] } = await client.send(receive);
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
  }
}
