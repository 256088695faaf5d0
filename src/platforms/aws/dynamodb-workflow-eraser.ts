import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { groupOf } from "../../contracts/lane-groups.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { WorkflowEraser } from "../../ports/workflow-eraser.ts";
import type { Head, StoredStart } from "../../ports/workflow-store.ts";
import { batchDelete, type TableClient } from "./dynamodb-batches.ts";
import { lanesKey, resultsKey } from "./dynamodb-child-records.ts";
import { headSortKey, type Item, keyOf, numberOf, startSortKey, toHeadItem, toStartItem } from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";

/** Erases workflows from one table. */
export class DynamoDBWorkflowEraser implements WorkflowEraser {
  readonly #table: DynamoDBTable;
  readonly #client: TableClient;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = { client, tableName };
    this.#table = new DynamoDBTable(client, tableName);
  }

  async erase(start: StoredStart, head: Head): Promise<void> {
    await this.#table.put({ Item: toStartItem(start) });
    await this.#table.put({ Item: toHeadItem(head) });
    const kept = [startSortKey, headSortKey, head.version - 1];
    await this.#erasePartition(head.workflowId, kept);
  }

  async eraseChildren(pause: PauseKey, lanes: number): Promise<void> {
    for (let lane = 0; lane < lanes; lane += 1) await this.#erasePartition(resultsKey(pause, lane));
    for (let group = 0; group <= groupOf(lanes - 1); group += 1) await this.#erasePartition(lanesKey(pause, group));
  }

  async #erasePartition(key: string, kept: readonly number[] = []): Promise<void> {
    for (let isDone = false; !isDone; ) isDone = await this.#erasePage(key, kept);
  }

  /** Deletes what one page of a query shows; true when it was the last. */
  async #erasePage(key: string, kept: readonly number[]): Promise<boolean> {
    const { items, lastKey } = await this.#table.query({
      KeyConditionExpression: "workflowId = :key",
      ExpressionAttributeValues: { ":key": { S: key } },
      ProjectionExpression: "version",
      ConsistentRead: true,
    });
    const sortKeys = items.map((item: Item) => numberOf(item, "version"));
    const erased = sortKeys.filter((sortKey) => !kept.includes(sortKey));
    await batchDelete(
      this.#client,
      erased.map((sortKey) => keyOf(key, sortKey)),
    );
    return lastKey === undefined;
  }
}
