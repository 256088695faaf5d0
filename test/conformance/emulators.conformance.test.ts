import { afterAll } from "vitest";
import { DynamoDBChildRecords } from "../../src/platforms/aws/dynamodb-child-records.ts";
import { DynamoDBLiveWorkflowReader } from "../../src/platforms/aws/dynamodb-live-workflow-reader.ts";
import { DynamoDBWorkflowEraser } from "../../src/platforms/aws/dynamodb-workflow-eraser.ts";
import { DynamoDBWorkflowReader } from "../../src/platforms/aws/dynamodb-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { EventBridgePublisher } from "../../src/platforms/aws/eventbridge-publisher.ts";
import { S3BlobEraser } from "../../src/platforms/aws/s3-blob-eraser.ts";
import { S3BlobStore } from "../../src/platforms/aws/s3-blob-store.ts";
import { SqsMessageSender } from "../../src/platforms/aws/sqs-message-sender.ts";
import { openSqsQueue } from "./aws-consumer.ts";
import { describeBlobEraser } from "./blob-eraser.suite.ts";
import { describeBlobStore } from "./blob-store.suite.ts";
import { describeChildRecords } from "./child-records.suite.ts";
import { startEmulatedStack } from "./emulated-stack.ts";
import { describeEventPublisher } from "./event-publisher.suite.ts";
import { describeMessageSender } from "./message-sender.suite.ts";
import { openOrderQueues } from "./order-queues.ts";
import { describeStepQueue } from "./step-queue.suite.ts";
import { describeWorkflowRecords } from "./workflow-records.suite.ts";
import { describeWorkflowStore } from "./workflow-store.suite.ts";

// Over the wire: the real SDK clients and adapters, and the table, queues and bucket as template.yaml declares them.
const stack = await startEmulatedStack();
afterAll(() => stack.stop());

describeWorkflowStore("the emulators", async () => {
  const client = stack.dynamodb();
  return { store: new DynamoDBWorkflowStore(client, stack.tableName), close: async () => client.destroy() };
});

describeStepQueue("the emulators", async () => openSqsQueue(stack.sqs(), stack.queueUrl, stack.deadLetterQueueUrl));

describeBlobStore("the emulators", async () => {
  const client = stack.s3();
  return { blobs: new S3BlobStore(client), bucket: stack.payloadBucket, close: async () => client.destroy() };
});

describeWorkflowRecords("the emulators", async () => {
  const client = stack.dynamodb();
  return {
    store: new DynamoDBWorkflowStore(client, stack.tableName),
    children: new DynamoDBChildRecords(client, stack.tableName),
    reader: new DynamoDBWorkflowReader(client, stack.tableName),
    eraser: new DynamoDBWorkflowEraser(client, stack.tableName),
    live: new DynamoDBLiveWorkflowReader(client, stack.tableName, { pageSize: 7 }),
    close: async () => client.destroy(),
  };
});

describeBlobEraser("the emulators", async () => {
  const client = stack.s3();
  return {
    blobs: new S3BlobStore(client),
    eraser: new S3BlobEraser(client),
    bucket: stack.payloadBucket,
    close: async () => client.destroy(),
  };
});

describeChildRecords("the emulators", async () => {
  const client = stack.dynamodb();
  return { records: new DynamoDBChildRecords(client, stack.tableName), close: async () => client.destroy() };
});

describeEventPublisher("the emulators", async () => {
  const publisher = new EventBridgePublisher("default", stack.eventBridge);
  return { publisher, received: () => stack.events, close: () => publisher.close() };
});

describeMessageSender("the emulators", async () => {
  const client = stack.sqs();
  const { arns, receive } = await openOrderQueues(client);
  // The queues of the dispatcher are refused even when somebody names them.
  const own = [stack.queueUrl, stack.deadLetterQueueUrl];
  const ownNames = own.map((url) => url.slice(url.lastIndexOf("/") + 1));
  const ownArns = ownNames.map((name) => `arn:aws:sqs:us-east-1:000000000000:${name}`);
  const directory = { arns: [...arns, ...ownArns], ownUrls: [stack.queueUrl, stack.deadLetterQueueUrl] } as const;
  return {
    sender: new SqsMessageSender(client, directory),
    receive,
    refused: [...own, ...ownNames],
    close: async () => client.destroy(),
  };
});
