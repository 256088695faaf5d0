import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type {
  ClaimResult,
  CommitResult,
  DueCheck,
  Head,
  StoredStart,
  StoredVersion,
  StoredWorkflow,
  VersionKey,
  WorkflowStore,
} from "../../ports/workflow-store.ts";
import { callService } from "./call-service.ts";
import {
  checkShards,
  fromHeadItem,
  fromStartItem,
  fromVersionItem,
  headSortKey,
  type Item,
  keyOf,
  numberOf,
  startSortKey,
  textOf,
  toHeadItem,
  toStartItem,
  ttlOf,
} from "./dynamodb-items.ts";

/** The sparse index of the heads' checks, as the template names it. */
export const checkIndexName = "by-check-at";

/**
 * Workflows in one DynamoDB table, one item per version (DESIGN 4). Raw low-level commands; every read that decides
 * is strongly consistent; every write is conditional, and `ALL_OLD` on a refusal says why without another read.
 */
export class DynamoDBWorkflowStore implements WorkflowStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async load(workflowId: string): Promise<StoredWorkflow | undefined> {
    const items = await this.#queryAll(workflowId);
    let start: StoredStart | undefined;
    let head: Head | undefined;
    const versions: StoredVersion[] = [];
    for (const item of items) {
      const sortKey = numberOf(item, "version");
      if (sortKey === startSortKey) start = fromStartItem(item);
      else if (sortKey === headSortKey) head = fromHeadItem(item);
      else versions.push(fromVersionItem(item));
    }
    if (start === undefined) return undefined;
    return { start, versions, ...(head && { head }) };
  }

  async createStart(start: StoredStart): Promise<{ isNew: boolean; start: StoredStart }> {
    const existing = await this.#put({
      Item: toStartItem(start),
      ConditionExpression: "attribute_not_exists(workflowId)",
    });
    return existing === undefined ? { isNew: true, start } : { isNew: false, start: fromStartItem(existing) };
  }

  async writeHead(head: Head): Promise<boolean> {
    const existing = await this.#put({
      Item: toHeadItem(head),
      ConditionExpression: "attribute_not_exists(workflowId) OR headVersion < :version",
      ExpressionAttributeValues: { ":version": { N: String(head.version) } },
    });
    return existing === undefined;
  }

  async claim(
    key: VersionKey,
    { token, expiresAt, now }: { token: string; expiresAt: number; now: number },
  ): Promise<ClaimResult> {
    const { refusedBy, updated } = await this.#update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: "SET claimToken = :token, claimExpiresAt = :expiresAt, #ttl = :ttl ADD claimCount :one",
      ConditionExpression:
        "attribute_not_exists(transition) AND (attribute_not_exists(claimToken) OR claimExpiresAt <= :now)",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":token": { S: token },
        ":expiresAt": { N: String(expiresAt) },
        ":now": { N: String(now) },
        ":ttl": ttlOf(key),
        ":one": { N: "1" },
      },
      ReturnValues: "UPDATED_NEW",
    });
    if (refusedBy === undefined) {
      return { type: "claimed", claim: { token, expiresAt, count: numberOf(updated, "claimCount") } };
    }
    const stored = fromVersionItem(refusedBy);
    // Our own token: the claim was applied, its answer was lost, and the client tried again.
    const isOurs = stored.claim?.token === token && stored.transition === undefined;
    return isOurs && stored.claim ? { type: "claimed", claim: stored.claim } : { type: "refused", stored };
  }

  async commit(
    key: VersionKey,
    { token, transition, owner }: { token: string; transition: string; owner: "claimant" | "anyone" },
  ): Promise<CommitResult> {
    const isUncommitted = "attribute_not_exists(transition)";
    const { refusedBy } = await this.#update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: "SET transition = :transition, claimToken = :token, #ttl = :ttl",
      ConditionExpression: owner === "claimant" ? `claimToken = :token AND ${isUncommitted}` : isUncommitted,
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":transition": { S: transition }, ":token": { S: token }, ":ttl": ttlOf(key) },
    });
    if (refusedBy === undefined) return { type: "committed" };
    const stored = fromVersionItem(refusedBy);
    const isOurs = stored.claim?.token === token && stored.transition !== undefined;
    return isOurs ? { type: "committed" } : { type: "refused", stored };
  }

  async release(key: VersionKey, token: string): Promise<void> {
    await this.#update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: "SET claimExpiresAt = :past",
      ConditionExpression: "claimToken = :token AND attribute_not_exists(transition)",
      ExpressionAttributeValues: { ":past": { N: "0" }, ":token": { S: token } },
    });
  }

  async moveCheck(
    workflowId: string,
    { expected, checkAt, checkIntervalMs }: { expected?: number; checkAt: number; checkIntervalMs?: number },
  ): Promise<boolean> {
    const isBackOff = checkIntervalMs !== undefined;
    const { refusedBy } = await this.#update({
      Key: keyOf(workflowId, headSortKey),
      UpdateExpression: `SET checkAt = :checkAt${isBackOff ? ", checkIntervalMs = :interval" : ""}`,
      // A missing attribute fails either comparison, so a head that has ended is left alone.
      ConditionExpression: expected === undefined ? "checkAt > :checkAt" : "checkAt = :expected",
      ExpressionAttributeValues: {
        ":checkAt": { N: String(checkAt) },
        ...(isBackOff && { ":interval": { N: String(checkIntervalMs) } }),
        ...(expected !== undefined && { ":expected": { N: String(expected) } }),
      },
    });
    return refusedBy === undefined;
  }

  async listDue(now: number, limit: number): Promise<readonly DueCheck[]> {
    const perShard = Math.ceil(limit / checkShards);
    const shards = Array.from({ length: checkShards }, (_, shard) => this.#listDueInShard(shard, now, perShard));
    const due = (await Promise.all(shards)).flat();
    return due.sort((a, b) => a.checkAt - b.checkAt).slice(0, limit);
  }

  async putDefinition(hash: string, json: string): Promise<void> {
    await this.#put({
      Item: { ...keyOf(definitionKey(hash), 0), definition: { S: json } },
      ConditionExpression: "attribute_not_exists(workflowId)",
    });
  }

  async getDefinition(hash: string): Promise<string | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyOf(definitionKey(hash), 0),
      ConsistentRead: true,
    });
    const { Item } = await callService("dynamodb:GetItem", () => this.#client.send(command));
    return Item?.["definition"]?.S;
  }

  async #listDueInShard(shard: number, now: number, limit: number): Promise<DueCheck[]> {
    const command = new QueryCommand({
      TableName: this.#table,
      IndexName: checkIndexName,
      KeyConditionExpression: "checkShard = :shard AND checkAt <= :now",
      ExpressionAttributeValues: { ":shard": { S: String(shard) }, ":now": { N: String(now) } },
      Limit: limit,
    });
    const { Items = [] } = await callService("dynamodb:Query", () => this.#client.send(command));
    return Items.map((item) => ({
      workflowId: textOf(item, "workflowId"),
      checkAt: numberOf(item, "checkAt"),
      checkIntervalMs: numberOf(item, "checkIntervalMs"),
    }));
  }

  async #queryAll(workflowId: string): Promise<Item[]> {
    const items: Item[] = [];
    let startKey: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: "workflowId = :workflowId",
        ExpressionAttributeValues: { ":workflowId": { S: workflowId } },
        ConsistentRead: true,
        ...(startKey && { ExclusiveStartKey: startKey }),
      });
      const page = await callService("dynamodb:Query", () => this.#client.send(command));
      items.push(...(page.Items ?? []));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return items;
  }

  /** Puts an item; returns the item that stood in the way when the condition failed. */
  async #put(input: Omit<PutItemCommandInput, "TableName">): Promise<Item | undefined> {
    const command = new PutItemCommand({
      ...input,
      TableName: this.#table,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return callService("dynamodb:PutItem", async () => {
      try {
        await this.#client.send(command);
        return undefined;
      } catch (error) {
        return existingItem(error);
      }
    });
  }

  /** Updates an item; `refusedBy` is what stood in the way when the condition failed (empty when nothing stood there). */
  async #update(input: Omit<UpdateItemCommandInput, "TableName">): Promise<{ refusedBy?: Item; updated: Item }> {
    const command = new UpdateItemCommand({
      ...input,
      TableName: this.#table,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return callService("dynamodb:UpdateItem", async () => {
      try {
        const { Attributes = {} } = await this.#client.send(command);
        return { updated: Attributes };
      } catch (error) {
        return { refusedBy: existingItem(error), updated: {} };
      }
    });
  }
}

/** No workflow id has a `#`, so definitions share the table without a clash. */
function definitionKey(hash: string): string {
  return `definition#${hash}`;
}

/** The item in a refusal; rethrows every other error. */
function existingItem(error: unknown): Item {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return error.Item ?? {};
}
