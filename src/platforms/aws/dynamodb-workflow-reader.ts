import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ListKey, ListPosition, ListRange, WorkflowReader } from "../../ports/workflow-reader.ts";
import type { Head, StoredStart, StoredVersion } from "../../ports/workflow-store.ts";
import { batchGet, type TableClient } from "./dynamodb-batches.ts";
import { fromHeadItem, fromStartItem, headSortKey, keyOf, startSortKey, textOf } from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";
import { fromVersionItem } from "./dynamodb-version-items.ts";
import { listedAtText, listIndexName, parseListedAt, partitionsOf, timeText } from "./list-keys.ts";
import { defaultShardCount } from "./shards.ts";

/** Above every time. */
const afterAll = "\uffff";

/**
 * Lists by the index `by-list-key`: one Query for each partition of a list, never a scan. The heads come by
 * BatchGetItem, strongly consistent.
 */
export class DynamoDBWorkflowReader implements WorkflowReader {
  readonly #table: DynamoDBTable;
  readonly #client: TableClient;
  readonly #shardCount: number;

  /** Reads so many shards of a list, which is what the deployment writes. */
  constructor(client: DynamoDBClient, tableName: string, shardCount: number = defaultShardCount) {
    this.#shardCount = shardCount;
    this.#client = { client, tableName };
    this.#table = new DynamoDBTable(client, tableName);
  }

  async list(key: ListKey, range: ListRange, limit: number): Promise<readonly ListPosition[]> {
    const partitions = await Promise.all(
      partitionsOf(key, this.#shardCount).map((partition) => this.#listPartition(partition, range, limit)),
    );
    // A workflow that is changing its status may stand under both.
    const places = new Map(partitions.flat().map((listedAt) => [listedAt, parseListedAt(listedAt)]));
    return [...places]
      .sort(([a], [b]) => (a > b ? -1 : 1))
      .flatMap(([, position]) => position ?? [])
      .slice(0, limit);
  }

  async readHeads(workflowIds: readonly string[]): Promise<ReadonlyMap<string, Head>> {
    const keys = [...new Set(workflowIds)].map((id) => keyOf(id, headSortKey));
    const items = await batchGet(this.#client, keys);
    const heads = items.filter((item) => item["erasedAt"] === undefined).map(fromHeadItem);
    return new Map(heads.map((head) => [head.workflowId, head]));
  }

  async readStart(workflowId: string): Promise<StoredStart | undefined> {
    const item = await this.#table.get(keyOf(workflowId, startSortKey));
    return item === undefined ? undefined : fromStartItem(item);
  }

  async readVersions(workflowId: string, version: number, limit: number): Promise<readonly StoredVersion[]> {
    const items = await this.#table.queryWorkflow(workflowId, version, { limit });
    return items.map(fromVersionItem);
  }

  async #listPartition(partition: string, { from = 0, after }: ListRange, limit: number): Promise<readonly string[]> {
    const first = timeText(from);
    const last = after === undefined ? afterAll : listedAtText(after);
    // BETWEEN refuses ends in the wrong order.
    if (last < first) return [];
    const { items } = await this.#table.query({
      IndexName: listIndexName,
      KeyConditionExpression: "listKey = :listKey AND listedAt BETWEEN :from AND :last",
      ExpressionAttributeValues: { ":listKey": { S: partition }, ":from": { S: first }, ":last": { S: last } },
      ScanIndexForward: false,
      // BETWEEN takes its ends in, and the place itself is not wanted.
      Limit: limit + (after === undefined ? 0 : 1),
    });
    return items.map((item) => textOf(item, "listedAt")).filter((listedAt) => listedAt !== last);
  }
}
