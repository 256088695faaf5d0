import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startEmulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";
import { createWorkflowTable } from "./workflow-table.ts";

// A process for the SIGKILL test: writes to every emulator, says so, and waits to be killed.
const stateFolder = process.argv[2];
if (stateFolder === undefined) throw new Error("Give the state folder");
const { endpoints } = await startEmulators({ stateFolder, ports: { sqsAndS3: 0, dynamodb: 0 } });
const { region, credentials } = endpoints;
const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });

const { QueueUrl } = await sqs.send(
  new CreateQueueCommand({ QueueName: "steps", Attributes: { VisibilityTimeout: "600" } }),
);
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "held when killed" }));
await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "waiting when killed" }));
await s3.send(new CreateBucketCommand({ Bucket: "uploads" }));
await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a b/ü.csv", Body: "1,2" }));
const TableName = await createWorkflowTable(dynamodb);
const Item = { workflowId: { S: "w" }, version: { N: "-1" }, checkShard: { S: "0" }, checkAt: { N: "3" } };
await dynamodb.send(new PutItemCommand({ TableName, Item }));
process.stdout.write("written\n");
