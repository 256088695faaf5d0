import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, describe, expect, test } from "vitest";
import { headSortKey } from "../../../src/platforms/aws/dynamodb-items.ts";
import { DynamoDBLiveWorkflowReader } from "../../../src/platforms/aws/dynamodb-live-workflow-reader.ts";
import { DynamoDBWorkflowReader } from "../../../src/platforms/aws/dynamodb-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "../../../src/platforms/aws/dynamodb-workflow-store.ts";
import { defaultShardCount, mostShards, shardOf, shardsOf } from "../../../src/platforms/aws/shards.ts";
import { startEmulatedStack } from "../../conformance/emulated-stack.ts";
import { beganAt, headOf, newWorkflowId, startOf } from "../../conformance/workflow-store/samples.ts";

const stack = await startEmulatedStack();
const client = stack.dynamodb();
afterAll(async () => {
  client.destroy();
  await stack.stop();
});

const few = new DynamoDBWorkflowStore(client, stack.tableName, defaultShardCount);
const many = new DynamoDBWorkflowStore(client, stack.tableName, mostShards);
/** A workflow whose shards by the two counts differ. */
const ids = Array.from({ length: 200 }, newWorkflowId).filter(
  (id) => shardOf(id, mostShards) !== shardOf(id, defaultShardCount),
);

async function shardInTable(workflowId: string): Promise<string | undefined> {
  const Key = { workflowId: { S: workflowId }, version: { N: String(headSortKey) } };
  const { Item } = await client.send(new GetItemCommand({ TableName: stack.tableName, Key, ConsistentRead: true }));
  return Item?.["checkShard"]?.S;
}

describe("the shards of an index", () => {
  test.each([8, 16, 32, 64])("take even shares of many workflows: %i", (count) => {
    const perShard = 200;
    const counts = new Map(shardsOf(count).map((shard) => [shard, 0]));
    for (let index = 0; index < perShard * count; index += 1) {
      const shard = shardOf(`order-${index}`, count);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect(counts.size).toBe(count);
    // Five standard deviations of a binomial share.
    for (const taken of counts.values()) expect(Math.abs(taken - perShard)).toBeLessThan(5 * Math.sqrt(perShard));
  });

  test("of a smaller count are shards of a larger one", () => {
    for (const id of ids) expect(Number(shardOf(id, mostShards)) % 8).toBe(Number(shardOf(id, 8)));
  });

  test("are those that the store was told to write", async () => {
    const [a = "", b = ""] = ids;
    await few.writeHead(headOf(a, { checkAt: 1 }));
    await many.writeHead(headOf(b, { checkAt: 1 }));
    expect(await shardInTable(a)).toBe(shardOf(a, defaultShardCount));
    expect(await shardInTable(b)).toBe(shardOf(b, mostShards));
  });
});

describe("a deployment with another number of shards than the one before", () => {
  test.each([
    { name: "more", before: few, after: many },
    { name: "fewer", before: many, after: few },
  ])("finds every due check of it: $name", async ({ before, after }) => {
    const written = Array.from({ length: 40 }, newWorkflowId);
    // Each as far from now as no other test's, so that a page of the oldest holds them all.
    for (const id of written) await before.writeHead(headOf(id, { checkAt: -1_000 }));
    const due = async () => new Set((await after.listDue(-1_000, 2_000)).map(({ workflowId }) => workflowId));
    await expect.poll(due).toEqual(new Set(written));
    for (const id of written) await after.moveCheck(id, { type: "away", expected: -1_000 });
    await expect.poll(due).toEqual(new Set());
  });

  test("comes to the end of what is due, page by page, the longest due first within a shard", async () => {
    const written = Array.from({ length: 30 }, newWorkflowId);
    for (const [index, id] of written.entries()) await few.writeHead(headOf(id, { checkAt: index - 2_000 }));
    const seen = new Set<string>();
    for (let page = 0; page < 30 && seen.size < written.length; page += 1) {
      for (const { workflowId, checkAt } of await many.listDue(-1_900, 10)) {
        seen.add(workflowId);
        await many.moveCheck(workflowId, { type: "away", expected: checkAt });
      }
    }
    expect(seen).toEqual(new Set(written));
  });

  test("reads every live workflow of it for a plan", async () => {
    const written = ids.slice(2, 12);
    for (const id of written) await many.writeHead(headOf(id, { checkAt: beganAt }));
    const seen = new Set<string>();
    for await (const batch of new DynamoDBLiveWorkflowReader(client, stack.tableName).listLive()) {
      for (const id of batch) seen.add(id);
    }
    for (const id of written) expect(seen).toContain(id);
  });

  test("with more lists what it wrote, once, also when a head has moved to its new shard", async () => {
    const definitionId = newWorkflowId();
    const written = ids.slice(12, 22);
    for (const [index, id] of written.entries()) {
      await few.createStart(startOf(id, { definitionId, startedAt: beganAt + index }));
      await few.writeHead(headOf(id, { definitionId, startedAt: beganAt + index, status: "paused", version: 1 }));
    }
    const [moved = ""] = written;
    await many.writeHead(headOf(moved, { definitionId, startedAt: beganAt, status: "paused", version: 2 }));
    expect(await shardInTable(moved)).toBe(shardOf(moved, mostShards));
    const reader = new DynamoDBWorkflowReader(client, stack.tableName, mostShards);
    const newestFirst = written.toReversed();
    const listed = async (key: Parameters<typeof reader.list>[0]) =>
      (await reader.list(key, {}, 500)).map(({ workflowId }) => workflowId);
    await expect.poll(() => listed({ type: "definition", definitionId })).toEqual(newestFirst);
    await expect.poll(() => listed({ type: "status", status: "paused" })).toEqual(newestFirst);
    await expect.poll(async () => (await listed({ type: "all" })).filter((id) => id === moved)).toEqual([moved]);
  });
});
