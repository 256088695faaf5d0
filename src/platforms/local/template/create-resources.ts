import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../../engine/index.ts";
import type { Endpoints } from "../endpoints.ts";
import type { Application, BucketSpec, QueueSpec, TableSpec } from "./application.ts";

/**
 * Creates the application's queues, tables and buckets on the emulators where they are missing, and gives queues that
 * exist today's attributes. Throws a `RefluxoError` (`local.table-differs`) when a kept table has other keys or indexes.
 */
export async function createResources(
  application: Pick<Application, "queues" | "tables" | "buckets">,
  endpoints: Endpoints,
): Promise<void> {
  const { region, credentials } = endpoints;
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  try {
    for (const queue of application.queues) await createQueue(sqs, queue);
    for (const bucket of application.buckets) await createBucket(s3, bucket);
    for (const table of application.tables) await createTable(dynamodb, table);
  } finally {
    for (const client of [sqs, s3, dynamodb]) client.destroy();
  }
}

async function createQueue(sqs: SQSClient, queue: QueueSpec): Promise<void> {
  await sqs.send(new CreateQueueCommand({ QueueName: queue.name }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { ...queue.attributes } }));
}

async function createBucket(s3: S3Client, bucket: BucketSpec): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket.name }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket.name }));
  }
}

async function createTable(dynamodb: DynamoDBClient, table: TableSpec): Promise<void> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table.name }));
    assertSameKeys(table, Table);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await dynamodb.send(new CreateTableCommand(table.create));
    await untilActive(dynamodb, table.name);
  }
}

/** The emulator makes a table active in its next turn, so this asks a few times at most. */
async function untilActive(dynamodb: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === "ACTIVE") return;
  }
}

function assertSameKeys(table: TableSpec, kept: TableDescription | undefined): void {
  const shapeOf = (description: TableDescription | TableSpec["create"] | undefined) =>
    JSON.stringify([
      keysOf(description?.KeySchema),
      ...[...(description?.GlobalSecondaryIndexes ?? []), ...(description?.LocalSecondaryIndexes ?? [])]
        .map((index) => `${index.IndexName} ${keysOf(index.KeySchema)} ${index.Projection?.ProjectionType}`)
        .sort(),
    ]);
  if (shapeOf(table.create) === shapeOf(kept)) return;
  throw new RefluxoError(
    "local.table-differs",
    `The table ${table.name} in the state folder has other keys or indexes than the template's ${table.logicalId}: ` +
      "delete the state folder, or choose another one (REFLUXO_STATE_FOLDER)",
  );
}

function keysOf(schema: TableDescription["KeySchema"]): string {
  return (schema ?? []).map((key) => `${key.AttributeName}:${key.KeyType}`).join(",");
}
