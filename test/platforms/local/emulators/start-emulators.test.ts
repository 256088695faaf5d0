import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, GetItemCommand, ListTablesCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import { CapacityMeter } from "../../../../src/platforms/local/emulators/capacity-meter.ts";
import { createDynalite } from "../../../../src/platforms/local/emulators/dynalite-internals.ts";
import { withMeteredStore } from "../../../../src/platforms/local/emulators/dynalite-shim.ts";
import type { StoredObject } from "../../../../src/platforms/local/emulators/fauxqs-emulator.ts";
import { startEmulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";
import { clientsOf, startTestEmulators } from "../local-clients.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createWorkflowTable } from "./workflow-table.ts";

const anyPort = { sqsAndS3: 0, dynamodb: 0 };

it("state survives a SIGKILL: messages, held ones visible at once, objects, items and index entries", async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, [join(import.meta.dirname, "write-and-wait.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await once(child.stdout, "data");
  expect(String(output)).toBe("written\n");
  child.kill("SIGKILL");
  await once(child, "exit");

  const { sqs, s3, dynamodb } = await startTestEmulators(folder);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "steps" }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
  );
  const received = Messages.map(({ Body, Attributes }) => [Body, Attributes?.["ApproximateReceiveCount"]]);
  expect(received.sort()).toEqual([
    ["held when killed", "2"],
    ["waiting when killed", "1"],
  ]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "uploads", Key: "a b/ü.csv" }));
  expect(await Body?.transformToString()).toBe("1,2");
  const Key = { workflowId: { S: "w" }, version: { N: "-1" } };
  expect((await dynamodb.send(new GetItemCommand({ TableName: "workflows", Key }))).Item).toMatchObject(Key);
  const { Count } = await dynamodb.send(
    new QueryCommand({
      TableName: "workflows",
      IndexName: "due",
      KeyConditionExpression: "checkShard = :s",
      ExpressionAttributeValues: { ":s": { S: "0" } },
    }),
  );
  expect(Count).toBe(1);
});

it("queue URLs name today's port after a restart", async () => {
  const folder = temporaryFolder();
  const first = await startEmulators({ stateFolder: folder, ports: anyPort });
  const { sqs } = clientsOf(first.endpoints);
  await sqs.send(new CreateQueueCommand({ QueueName: "steps" }));
  await first.stop();
  const second = await startTestEmulators(folder);
  const { QueueUrl } = await second.sqs.send(new GetQueueUrlCommand({ QueueName: "steps" }));
  expect(QueueUrl).toBe(`${second.emulators.endpoints.sqs}/000000000000/steps`);
});

it("a second process on the same folder gets a clear error, and the folder is free again after a stop", async () => {
  const folder = temporaryFolder();
  const first = await startEmulators({ stateFolder: folder, ports: anyPort });
  await expect(startEmulators({ stateFolder: folder, ports: anyPort })).rejects.toMatchObject({
    code: "local.state-folder-in-use",
    message: expect.stringContaining(folder),
  });
  await first.stop();
  await (await startEmulators({ stateFolder: folder, ports: anyPort })).stop();
});

const portVariables = { sqsAndS3: "SQS_S3", dynamodb: "DYNAMODB", eventBridge: "EVENTBRIDGE" };

it.each(["sqsAndS3", "dynamodb", "eventBridge"] as const)(
  "a taken port of %s gives a clear error and leaves nothing running",
  async (which) => {
    const folder = temporaryFolder();
    const blocker = createServer();
    blocker.listen(0, "127.0.0.1");
    await once(blocker, "listening");
    onTestFinished(() => void blocker.close());
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startEmulators({ stateFolder: folder, ports: { ...anyPort, [which]: port } })).rejects.toMatchObject({
      code: "local.port-taken",
      message: expect.stringMatching(new RegExp(`${port}.*REFLUXO_${portVariables[which]}_PORT`)),
    });
    await (await startEmulators({ stateFolder: folder, ports: anyPort })).stop();
  },
);

it("the emulators listen on loopback only", async () => {
  const { emulators } = await startTestEmulators();
  const other = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === "IPv4" && !address.internal);
  for (const url of [emulators.endpoints.sqs, emulators.endpoints.dynamodb, emulators.endpoints.eventBridge]) {
    expect((await fetch(`${url}/health`)).status).toBeLessThan(500);
    // A machine without another address cannot show more.
    if (other) await expect(fetch(url.replace("127.0.0.1", other.address))).rejects.toThrow();
  }
});

it("a message made visible at once is received again when state is on disk", async () => {
  const { sqs } = await startTestEmulators(temporaryFolder());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "steps" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
  const receive = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"] });
  const ReceiptHandle = (await sqs.send(receive)).Messages?.[0]?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  const [again] = (await sqs.send(receive)).Messages ?? [];
  expect(again?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
});

it("an upload is reported before it is answered, once, with its size, etag and a growing sequencer", async () => {
  const { emulators, s3 } = await startTestEmulators();
  const stored: StoredObject[] = [];
  emulators.sqsAndS3.onObjectStored((object) => stored.push(object));
  await s3.send(new CreateBucketCommand({ Bucket: "uploads" }));
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a b/ü.csv", Body: "1,2" }));
  expect(stored).toEqual([
    {
      bucket: "uploads",
      key: "a b/ü.csv",
      sizeBytes: 3,
      etag: ETag?.replaceAll('"', ""),
      sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      isMultipart: false,
    },
  ]);
  await s3.send(new GetObjectCommand({ Bucket: "uploads", Key: "a b/ü.csv" }));
  await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a b/ü.csv", Body: "1,2" }));
  expect(stored).toHaveLength(2);
  expect((stored[1]?.sequencer ?? "") > (stored[0]?.sequencer ?? "")).toBe(true);
});

it("a client that goes away in the middle of a request does not end the process", async () => {
  const { emulators, dynamodb } = await startTestEmulators();
  await new Promise<void>((resolve) => {
    const headers = { "content-type": "application/x-amz-json-1.0", "content-length": 100 };
    const half = request(emulators.endpoints.dynamodb, { method: "POST", headers });
    half.on("error", () => resolve());
    half.write("{", () => half.destroy(new Error("gone")));
  });
  expect((await dynamodb.send(new ListTablesCommand())).TableNames).toEqual([]);
});

it("a table whose creation was cut short is active after the next start", async () => {
  const folder = temporaryFolder();
  const first = await startEmulators({ stateFolder: folder, ports: anyPort });
  await createWorkflowTable(clientsOf(first.endpoints).dynamodb);
  await first.stop();
  const { store } = withMeteredStore(new CapacityMeter(), () =>
    createDynalite({ path: join(folder, "dynamodb"), createTableMs: 0 }),
  );
  await store.db.open();
  for await (const [key, table] of store.db.iterator({ gte: "table~", lt: "table~~" })) {
    await store.db.put(key, { ...table, TableStatus: "CREATING" });
  }
  await store.db.close();
  const { dynamodb } = await startTestEmulators(folder);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: "workflows" }));
  expect(Table?.TableStatus).toBe("ACTIVE");
});

it("takes an object of 50 MiB, the largest value that is stored, and none of over 64", async () => {
  const { s3 } = await startTestEmulators();
  const object = { Bucket: "payloads", Key: "large" };
  await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
  const Body = Buffer.alloc(50 * 2 ** 20, "x");
  await s3.send(new PutObjectCommand({ ...object, Body, ContentType: "application/json" }));
  const read = await s3.send(new GetObjectCommand(object));
  expect(Buffer.compare((await read.Body?.transformToByteArray()) ?? new Uint8Array(), Body)).toBe(0);
  const tooLarge = Buffer.alloc(64 * 2 ** 20 + 1);
  await expect(s3.send(new PutObjectCommand({ ...object, Body: tooLarge }))).rejects.toThrow();
});
