import { afterAll, expect, test } from "vitest";
import { DynamoDBLiveWorkflowReader } from "../../../src/platforms/aws/dynamodb-live-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "../../../src/platforms/aws/dynamodb-workflow-store.ts";
import { defaultShardCount, shardOf } from "../../../src/platforms/aws/shards.ts";
import { startEmulatedStack } from "../../conformance/emulated-stack.ts";
import { headOf, newWorkflowId } from "../../conformance/workflow-store/samples.ts";

const stack = await startEmulatedStack();
const client = stack.dynamodb();
afterAll(async () => {
  client.destroy();
  await stack.stop();
});

test("a workflow whose check moves nearer while the index is read, past the place that is being read, is listed", async () => {
  const store = new DynamoDBWorkflowStore(client, stack.tableName);
  const ids = Array.from({ length: 200 }, newWorkflowId).filter((id) => shardOf(id, defaultShardCount) === "0");
  const [early = "", middle = "", late = ""] = ids;
  for (const [index, id] of [early, middle, late].entries()) {
    await store.writeHead(headOf(id, { checkAt: 1_000 * (index + 1) }));
  }
  const seen: string[] = [];
  let isMoved = false;
  for await (const batch of new DynamoDBLiveWorkflowReader(client, stack.tableName, { pageSize: 1 }).listLive()) {
    seen.push(...batch);
    // As a resume does: to a minute from now, while the pause had its check days ahead.
    if (batch.includes(middle) && !isMoved) {
      isMoved = await store.moveCheck(late, { type: "nearer", checkAt: 1 });
    }
  }
  expect(isMoved).toBe(true);
  expect(new Set(seen)).toEqual(new Set([early, middle, late]));
});
