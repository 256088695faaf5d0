import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { headSortKey, startSortKey } from "../../../src/platforms/aws/dynamodb-items.ts";
import { DynamoDBWorkflowStore } from "../../../src/platforms/aws/dynamodb-workflow-store.ts";
import { startEmulatedStack } from "../../conformance/emulated-stack.ts";
import { beganAt, claimBy, headOf, startOf, transitionOf } from "../../conformance/workflow-store/samples.ts";

const purgeAt = Date.parse("2100-03-02T00:00:00.500Z");
/** The same as DynamoDB reads it: whole epoch seconds, rounded up, so that nothing goes before its time. */
const purgeTtl = "4107628801";
const thirtyDaysSeconds = 30 * 24 * 3600;

describe("the TTL attribute", () => {
  test("of versions and the head is the purge time in epoch seconds, that of the start 30 days later", async () => {
    const stack = await startEmulatedStack();
    const client = stack.dynamodb();
    try {
      const store = new DynamoDBWorkflowStore(client, stack.tableName);
      const ttlAt = async (version: number) => {
        const Key = { workflowId: { S: "w" }, version: { N: String(version) } };
        const { Item } = await client.send(
          new GetItemCommand({ TableName: stack.tableName, Key, ConsistentRead: true }),
        );
        return Item?.["ttl"];
      };

      await store.createStart(startOf("w", { purgeAt }));
      expect(await ttlAt(startSortKey)).toEqual({ N: String(Number(purgeTtl) + thirtyDaysSeconds) });

      await store.writeHead(headOf("w", { purgeAt }));
      expect(await ttlAt(headSortKey)).toEqual({ N: purgeTtl });
      await store.moveCheck("w", { type: "nearer", checkAt: beganAt + 1 });
      expect(await ttlAt(headSortKey)).toEqual({ N: purgeTtl });

      const claimed = { workflowId: "w", version: 0, purgeAt };
      await store.claim(claimed, claimBy("a"));
      expect(await ttlAt(0)).toEqual({ N: purgeTtl });
      await store.commit(claimed, { token: "a", transition: transitionOf("ship"), owner: "claimant" });
      expect(await ttlAt(0)).toEqual({ N: purgeTtl });

      const fromOutside = { workflowId: "w", version: 1, purgeAt };
      await store.commit(fromOutside, { token: "b", transition: transitionOf("ship"), owner: "anyone" });
      expect(await ttlAt(1)).toEqual({ N: purgeTtl });
    } finally {
      client.destroy();
      await stack.stop();
    }
  });
});
