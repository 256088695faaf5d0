import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, it } from "vitest";
import { createDynamoDBClient, createSqsClient, needlessMiddleware } from "../../../src/platforms/aws/step-clients.ts";
import { FakeService, jsonError } from "./fake-service.ts";

let service: FakeService | undefined;

afterEach(() => service?.stop());

it("what is left out is what the SDK puts in by these names", () => {
  for (const client of [new DynamoDBClient({}), new SQSClient({})]) {
    for (const name of needlessMiddleware) expect(client.middlewareStack.remove(name)).toBe(true);
    client.destroy();
  }
  for (const client of [createDynamoDBClient(), createSqsClient()]) {
    for (const name of needlessMiddleware) expect(client.middlewareStack.remove(name)).toBe(false);
    client.destroy();
  }
});

it("a request of theirs is signed and tried again as ever", async () => {
  const busy = jsonError("InternalServerError", "busy", 500);
  service = await FakeService.start((_, index) => (index === 0 ? busy : {}));
  const dynamodb = createDynamoDBClient(service.clientConfig);
  await dynamodb.send(new GetItemCommand({ TableName: "table", Key: {} }));
  dynamodb.destroy();
  const sqs = createSqsClient({ ...service.clientConfig, useQueueUrlAsEndpoint: false });
  await sqs.send(new SendMessageCommand({ QueueUrl: "http://127.0.0.1/queue", MessageBody: "body" }));
  sqs.destroy();
  expect(service.requests.map(({ operation }) => operation)).toEqual(["GetItem", "GetItem", "SendMessage"]);
});
