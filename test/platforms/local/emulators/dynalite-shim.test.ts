import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import type { CapacityMeter } from "../../../../src/platforms/local/emulators/capacity-meter.ts";
import { startTestEmulators } from "../local-clients.ts";
import { createWorkflowTable } from "./workflow-table.ts";

let dynamodb: DynamoDBClient;
let meter: CapacityMeter;
let TableName: string;
const Key = { workflowId: { S: "w" }, version: { N: "-1" } };
const refused = { ConditionExpression: "attribute_exists(claimToken)" };
const allOld = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;

beforeEach(async () => {
  const started = await startTestEmulators();
  dynamodb = started.dynamodb;
  meter = started.emulators.meter;
  TableName = await createWorkflowTable(dynamodb);
  meter.reset();
});

async function refusalOf(request: Promise<unknown>): Promise<ConditionalCheckFailedException> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConditionalCheckFailedException) return error;
  throw new Error("Expected a refused condition", { cause: error });
}

describe("ReturnValuesOnConditionCheckFailure", () => {
  const Item = { ...Key, token: { S: "other" } };

  it("gives the old item when an update, a put or a delete is refused", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const update = new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE a", ...refused, ...allOld });
    const put = new PutItemCommand({ TableName, Item: Key, ...refused, ...allOld });
    const remove = new DeleteItemCommand({ TableName, Key, ...refused, ...allOld });
    expect((await refusalOf(dynamodb.send(update))).Item).toEqual(Item);
    expect((await refusalOf(dynamodb.send(put))).Item).toEqual(Item);
    expect((await refusalOf(dynamodb.send(remove))).Item).toEqual(Item);
  });

  it("gives no item when there is none, or when it was not asked for", async () => {
    const absent = await refusalOf(dynamodb.send(new DeleteItemCommand({ TableName, Key, ...refused, ...allOld })));
    expect(absent.Item).toBeUndefined();
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const unasked = await refusalOf(dynamodb.send(new DeleteItemCommand({ TableName, Key, ...refused })));
    expect(unasked.Item).toBeUndefined();
  });

  it("refuses a value that DynamoDB does not know", async () => {
    const request = { TableName, Key, ReturnValuesOnConditionCheckFailure: "SOME" };
    // @ts-expect-error: an unknown value is the point
    await expect(dynamodb.send(new DeleteItemCommand(request))).rejects.toThrow("ALL_OLD");
  });
});

describe("the capacity meter", () => {
  const large = (letter: string) => ({ S: letter.repeat(1_500) });

  it("counts requests, write units and bytes, and begins again after a reset", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, data: large("a") } }));
    const reading = meter.read();
    expect(reading.requests).toEqual({ PutItem: 1 });
    expect(reading.writeUnits).toBe(2);
    expect(reading.indexWriteUnits).toBe(0);
    expect(reading.bytesWritten).toBeGreaterThan(1_500);
    meter.reset();
    expect(meter.read()).toEqual({ requests: {}, readUnits: 0, writeUnits: 0, indexWriteUnits: 0, bytesWritten: 0 });
  });

  it("bills an update by the larger of the old and the new item", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, data: large("a") } }));
    meter.reset();
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "REMOVE #d",
        ExpressionAttributeNames: { "#d": "data" },
      }),
    );
    expect(meter.read().writeUnits).toBe(2);
  });

  it("bills a refused write, which DynamoDB does too", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, data: large("a") } }));
    meter.reset();
    await refusalOf(dynamodb.send(new DeleteItemCommand({ TableName, Key, ...refused })));
    expect(meter.read()).toMatchObject({ writeUnits: 2, bytesWritten: 0 });
  });

  it("bills an index for an entry that is new, moved, or gone, and not for one that stays", async () => {
    const setCheckAt = (checkAt: string) =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET checkShard = :s, checkAt = :c",
          ExpressionAttributeValues: { ":s": { S: "0" }, ":c": { N: checkAt } },
        }),
      );
    const unitsOf = async (request: Promise<unknown>) => {
      meter.reset();
      await request;
      return meter.read().indexWriteUnits;
    };
    expect(await unitsOf(setCheckAt("1"))).toBe(1);
    expect(await unitsOf(setCheckAt("2"))).toBe(2);
    expect(await unitsOf(setCheckAt("2"))).toBe(0);
    const remove = new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE checkAt" });
    expect(await unitsOf(dynamodb.send(remove))).toBe(1);
  });

  it("counts reads by size and consistency, a query that finds nothing included", async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, data: { S: "a".repeat(5_000) } } }));
    meter.reset();
    await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    expect(meter.read().readUnits).toBe(2);
    await dynamodb.send(new GetItemCommand({ TableName, Key }));
    expect(meter.read().readUnits).toBe(3);
    await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }));
    expect(meter.read().readUnits).toBe(4);
    const query = (workflowId: string) =>
      dynamodb.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: "workflowId = :w",
          ExpressionAttributeValues: { ":w": { S: workflowId } },
        }),
      );
    expect((await query("w")).ConsumedCapacity).toBeUndefined();
    expect(meter.read().readUnits).toBe(6);
    await query("nobody");
    expect(meter.read()).toMatchObject({ readUnits: 7, requests: { GetItem: 2, BatchGetItem: 1, Query: 2 } });
  });
});

describe("an item and its index", () => {
  const due = () =>
    dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: "due",
        KeyConditionExpression: "checkShard = :s AND checkAt <= :now",
        ExpressionAttributeValues: { ":s": { S: "0" }, ":now": { N: "5" } },
      }),
    );

  it("are written together: the index follows a put, an update and a delete", async () => {
    await dynamodb.send(
      new PutItemCommand({ TableName, Item: { ...Key, checkShard: { S: "0" }, checkAt: { N: "3" } } }),
    );
    expect((await due()).Items).toEqual([{ ...Key, checkShard: { S: "0" }, checkAt: { N: "3" } }]);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET checkAt = :c",
        ExpressionAttributeValues: { ":c": { N: "9" } },
      }),
    );
    expect((await due()).Items).toEqual([]);
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item?.["checkAt"]).toEqual({ N: "9" });
    await dynamodb.send(
      new PutItemCommand({ TableName, Item: { ...Key, checkShard: { S: "0" }, checkAt: { N: "3" } } }),
    );
    await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
    expect((await due()).Items).toEqual([]);
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
  });
});
