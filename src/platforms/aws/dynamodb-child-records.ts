import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { groupOf } from "../../contracts/lane-groups.ts";
import type { ChildRecords, LaneState, PauseKey, StoredChildResult } from "../../ports/child-records.ts";
import { type Item, keyOf, numberOf, schemaVersion, textOf, ttlOf } from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";

/**
 * How the children of pauses ended, in the table of the workflows. No workflow id has a `#`, so these keys clash with none:
 * a lane's results stand under `children#…`, by index; the states of a group of lanes under `lanes#…`, by lane.
 */
export class DynamoDBChildRecords implements ChildRecords {
  readonly #table: DynamoDBTable;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new DynamoDBTable(client, tableName);
  }

  async putResult(
    pause: PauseKey,
    lane: number,
    { index, result }: StoredChildResult,
    purgeAt: number,
  ): Promise<string> {
    const existing = await this.#table.put({
      Item: { ...keyOf(resultsKey(pause, lane), index), schemaVersion, result: { S: result }, ttl: ttlOf({ purgeAt }) },
      ConditionExpression: "attribute_not_exists(workflowId)",
    });
    return existing === undefined ? result : textOf(existing, "result");
  }

  async lastResult(pause: PauseKey, lane: number): Promise<StoredChildResult | undefined> {
    const { items } = await this.#table.query({
      KeyConditionExpression: "workflowId = :key",
      ExpressionAttributeValues: { ":key": { S: resultsKey(pause, lane) } },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    });
    return items.map(fromResultItem)[0];
  }

  async readResults(pause: PauseKey, lane: number, from: number, limit: number): Promise<readonly StoredChildResult[]> {
    const items = await this.#table.queryWorkflow(resultsKey(pause, lane), from, { limit });
    return items.map(fromResultItem);
  }

  async putLane(pause: PauseKey, { lane, index, failures, isDone }: LaneState, purgeAt: number): Promise<void> {
    await this.#table.put({
      Item: {
        ...keyOf(lanesKey(pause, groupOf(lane)), lane),
        schemaVersion,
        lastIndex: { N: String(index) },
        failures: { N: String(failures) },
        isDone: { BOOL: isDone },
        ttl: ttlOf({ purgeAt }),
      },
      ConditionExpression: "attribute_not_exists(workflowId) OR lastIndex < :index",
      ExpressionAttributeValues: { ":index": { N: String(index) } },
    });
  }

  async readLanes(pause: PauseKey, group: number): Promise<readonly LaneState[]> {
    const items = await this.#table.queryWorkflow(lanesKey(pause, group), 0);
    return items.map((item) => ({
      lane: numberOf(item, "version"),
      index: numberOf(item, "lastIndex"),
      failures: numberOf(item, "failures"),
      isDone: item["isDone"]?.BOOL === true,
    }));
  }
}

/** The partition of a lane's results. */
export function resultsKey({ workflowId, version }: PauseKey, lane: number): string {
  return `children#${workflowId}#${version}#${lane}`;
}

/** The partition of the states of a group of lanes. */
export function lanesKey({ workflowId, version }: PauseKey, group: number): string {
  return `lanes#${workflowId}#${version}#${group}`;
}

function fromResultItem(item: Item): StoredChildResult {
  return { index: numberOf(item, "version"), result: textOf(item, "result") };
}
