import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LiveWorkflowReader } from "../../ports/live-workflow-reader.ts";
import type { StoredVersion } from "../../ports/workflow-store.ts";
import { type Item, textOf } from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";
import { fromVersionItem } from "./dynamodb-version-items.ts";
import { checkIndexName } from "./dynamodb-workflow-store.ts";
import { mostShards, shardsOf } from "./shards.ts";

/** How the index is read. */
export interface LiveReadOptions {
  /** Items of one answer at most; without it, as many as fit into 1 MB. */
  readonly pageSize?: number;
}

/**
 * How often the index is read. It is in the order of the checks, and a check that moves nearer during a reading (a resume
 * does that) may pass the place that is being read. To be missed twice it would have to do so in both.
 */
const readings = 2;

/**
 * Lists by the index `by-check-at`, which holds the heads of workflows that have not ended and nothing else. In a file of
 * its own: no function lists, so that no function's bundle has these calls.
 */
export class DynamoDBLiveWorkflowReader implements LiveWorkflowReader {
  readonly #table: DynamoDBTable;
  readonly #options: LiveReadOptions;

  constructor(client: DynamoDBClient, tableName: string, options: LiveReadOptions = {}) {
    this.#table = new DynamoDBTable(client, tableName);
    this.#options = options;
  }

  async *listLive(): AsyncIterable<readonly string[]> {
    for (let reading = 0; reading < readings; reading += 1) {
      for (const shard of shardsOf(mostShards)) yield* this.#listShard(shard);
    }
  }

  async readNewestVersions(workflowId: string, limit: number): Promise<readonly StoredVersion[]> {
    const { items } = await this.#table.query({
      KeyConditionExpression: "workflowId = :workflowId AND version >= :first",
      ExpressionAttributeValues: { ":workflowId": { S: workflowId }, ":first": { N: "0" } },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    });
    return items.map(fromVersionItem);
  }

  async *#listShard(shard: string): AsyncIterable<readonly string[]> {
    const { pageSize } = this.#options;
    let startKey: Item | undefined;
    do {
      const page = await this.#table.query({
        IndexName: checkIndexName,
        KeyConditionExpression: "checkShard = :shard",
        ExpressionAttributeValues: { ":shard": { S: shard } },
        ...(pageSize !== undefined && { Limit: pageSize }),
        ...(startKey && { ExclusiveStartKey: startKey }),
      });
      yield page.items.map((item) => textOf(item, "workflowId"));
      startKey = page.lastKey;
    } while (startKey !== undefined);
  }
}
