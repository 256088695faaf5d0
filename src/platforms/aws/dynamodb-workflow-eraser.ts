import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { WorkflowEraser } from "../../ports/workflow-eraser.ts";
import type { Head, StoredStart } from "../../ports/workflow-store.ts";
import { batchDelete, type TableClient } from "./dynamodb-batches.ts";
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
    for (let isDone = false; !isDone; ) isDone = await this.#erasePage(head);
  }

  /** Deletes what one page of a query shows; true when it was the last. */
  async #erasePage({ workflowId, version }: Head): Promise<boolean> {
    const { items, lastKey } = await this.#table.query({
      KeyConditionExpression: "workflowId = :workflowId",
      ExpressionAttributeValues: { ":workflowId": { S: workflowId } },
      ProjectionExpression: "version",
      ConsistentRead: true,
    });
    const sortKeys = items.map((item: Item) => numberOf(item, "version"));
    const kept = [startSortKey, headSortKey, version - 1];
    const erased = sortKeys.filter((sortKey) => !kept.includes(sortKey));
    await batchDelete(
      this.#client,
      erased.map((sortKey) => keyOf(workflowId, sortKey)),
    );
    return lastKey === undefined;
  }
}
