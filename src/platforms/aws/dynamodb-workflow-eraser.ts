import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { groupOf } from "../../contracts/lane-groups.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { WorkflowEraser } from "../../ports/workflow-eraser.ts";
import type { Head, StoredStart } from "../../ports/workflow-store.ts";
import { batchDelete, batchPut, type TableClient } from "./dynamodb-batches.ts";
import { lanesKey, resultsKey } from "./dynamodb-child-records.ts";
import { headSortKey, type Item, keyOf, numberOf, startSortKey, toHeadItem, toStartItem } from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";
import { toVersionItem } from "./dynamodb-version-items.ts";
import { defaultShardCount } from "./shards.ts";

/** Erases workflows from one table. */
export class DynamoDBWorkflowEraser implements WorkflowEraser {
  readonly #table: DynamoDBTable;
  readonly #client: TableClient;
  readonly #shardCount: number;

  constructor(client: DynamoDBClient, tableName: string, shardCount: number = defaultShardCount) {
    this.#shardCount = shardCount;
    this.#client = { client, tableName };
    this.#table = new DynamoDBTable(client, tableName);
  }

  async erase(start: StoredStart, head: Head, transition: string): Promise<void> {
    await this.#table.put({ Item: toStartItem(start, this.#shardCount) });
    await this.#table.put({ Item: toHeadItem(head, this.#shardCount) });
    const { workflowId, purgeAt } = start;
    await this.#eachPage(workflowId, async (sortKeys) => {
      const tags = sortKeys.filter((sortKey) => sortKey < startSortKey);
      const versions = sortKeys.filter((sortKey) => sortKey > headSortKey);
      await batchDelete(
        this.#client,
        tags.map((sortKey) => keyOf(workflowId, sortKey)),
      );
      await batchPut(
        this.#client,
        versions.map((version) => toVersionItem({ workflowId, version, purgeAt }, transition)),
      );
    });
  }

  async eraseChildren(pause: PauseKey, lanes: number): Promise<void> {
    for (let lane = 0; lane < lanes; lane += 1) await this.#erasePartition(resultsKey(pause, lane));
    for (let group = 0; group <= groupOf(lanes - 1); group += 1) await this.#erasePartition(lanesKey(pause, group));
  }

  async #erasePartition(key: string): Promise<void> {
    await this.#eachPage(key, (sortKeys) =>
      batchDelete(
        this.#client,
        sortKeys.map((sortKey) => keyOf(key, sortKey)),
      ),
    );
  }

  /** Calls back with the sort keys that each page of a partition shows. */
  async #eachPage(key: string, erase: (sortKeys: readonly number[]) => Promise<void>): Promise<void> {
    let from: Item | undefined;
    do {
      const { items, lastKey } = await this.#table.query({
        KeyConditionExpression: "workflowId = :key",
        ExpressionAttributeValues: { ":key": { S: key } },
        ProjectionExpression: "version",
        ConsistentRead: true,
        ...(from !== undefined && { ExclusiveStartKey: from }),
      });
      await erase(items.map((item: Item) => numberOf(item, "version")));
      from = lastKey;
    } while (from !== undefined);
  }
}
