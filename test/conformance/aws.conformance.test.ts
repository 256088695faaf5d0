import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { DynamoDBChildRecords } from "../../src/platforms/aws/dynamodb-child-records.ts";
import { DynamoDBLiveWorkflowReader } from "../../src/platforms/aws/dynamodb-live-workflow-reader.ts";
import { DynamoDBWorkflowEraser } from "../../src/platforms/aws/dynamodb-workflow-eraser.ts";
import { DynamoDBWorkflowReader } from "../../src/platforms/aws/dynamodb-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { S3BlobEraser } from "../../src/platforms/aws/s3-blob-eraser.ts";
import { S3BlobStore } from "../../src/platforms/aws/s3-blob-store.ts";
import { openSqsQueue } from "./aws-consumer.ts";
import { describeBlobEraser } from "./blob-eraser.suite.ts";
import { describeBlobStore } from "./blob-store.suite.ts";
import { describeChildRecords } from "./child-records.suite.ts";
import { readConformanceTarget } from "./conformance-target.ts";
import { describeStepQueue } from "./step-queue.suite.ts";
import { describeWorkflowRecords } from "./workflow-records.suite.ts";
import { describeWorkflowStore } from "./workflow-store.suite.ts";

// Real AWS, only when someone names resources for it: they are written to, and messages on the queues are deleted.
const target = readConformanceTarget(process.env);

if (target === undefined) {
  test("real AWS was not tried: REFLUXO_CONFORMANCE_TABLE and its siblings are not set", () => {
    expect(Object.keys(process.env).filter((name) => name.startsWith("REFLUXO_CONFORMANCE_"))).toEqual([]);
  });
} else {
  describeWorkflowStore("AWS", async () => {
    const client = new DynamoDBClient({});
    return { store: new DynamoDBWorkflowStore(client, target.tableName), close: async () => client.destroy() };
  });
  describeStepQueue("AWS", async () => openSqsQueue(new SQSClient({}), target.queueUrl, target.deadLetterQueueUrl));
  describeBlobStore("AWS", async () => {
    const client = new S3Client({});
    return { blobs: new S3BlobStore(client), bucket: target.bucket, close: async () => client.destroy() };
  });

  describeWorkflowRecords("AWS", async () => {
    const client = new DynamoDBClient({});
    return {
      store: new DynamoDBWorkflowStore(client, target.tableName),
      children: new DynamoDBChildRecords(client, target.tableName),
      reader: new DynamoDBWorkflowReader(client, target.tableName),
      eraser: new DynamoDBWorkflowEraser(client, target.tableName),
      live: new DynamoDBLiveWorkflowReader(client, target.tableName),
      close: async () => client.destroy(),
    };
  });

  describeBlobEraser("AWS", async () => {
    const client = new S3Client({});
    return {
      blobs: new S3BlobStore(client),
      eraser: new S3BlobEraser(client),
      bucket: target.bucket,
      close: async () => client.destroy(),
    };
  });

  describeChildRecords("AWS", async () => {
    const client = new DynamoDBClient({});
    return { records: new DynamoDBChildRecords(client, target.tableName), close: async () => client.destroy() };
  });
}
