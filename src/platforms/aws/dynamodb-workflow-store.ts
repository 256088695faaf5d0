import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type {
  CheckMove,
  ClaimRequest,
  ClaimResult,
  CommitRequest,
  CommitResult,
  DueCheck,
  Head,
  StoredStart,
  StoredVersion,
  StoredWorkflow,
  VersionKey,
  WorkflowStore,
} from "../../ports/workflow-store.ts";
import { toCheckUpdate } from "./dynamodb-checks.ts";
import {
  fromHeadItem,
  fromStartItem,
  headSortKey,
  type Item,
  keyOf,
  numberOf,
  schemaVersion,
  startSortKey,
  textOf,
  toHeadItem,
  toStartItem,
  toTagItems,
  ttlOf,
} from "./dynamodb-items.ts";
import { DynamoDBTable } from "./dynamodb-table.ts";
import { fromVersionItem, toClaimItem, toContinuation, toContinuedItem } from "./dynamodb-version-items.ts";
import { defaultShardCount, mostShards, shardsOf } from "./shards.ts";
import { toTextAttribute } from "./text-attribute.ts";

/** The sparse index of the heads' checks, as the template names it. */
export const checkIndexName = "by-check-at";

const absent = "attribute_not_exists(workflowId)";
const uncommitted = "attribute_not_exists(transition)";

/**
 * Workflows in one DynamoDB table, one item per version (DESIGN 4). Raw low-level commands; every read that decides
 * is strongly consistent, glances are eventually so, at half the price; every write is conditional, and `ALL_OLD` on a
 * refusal says why without another read.
 */
export class DynamoDBWorkflowStore implements WorkflowStore {
  readonly #table: DynamoDBTable;
  readonly #shardCount: number;

  /** Spreads what it writes over so many shards of each index. */
  constructor(client: DynamoDBClient, tableName: string, shardCount: number = defaultShardCount) {
    this.#table = new DynamoDBTable(client, tableName);
    this.#shardCount = shardCount;
  }

  async load(workflowId: string): Promise<StoredWorkflow | undefined> {
    return toWorkflow(await this.#table.queryWorkflow(workflowId, startSortKey));
  }

  async loadFrom(workflowId: string, version: number, limit?: number): Promise<readonly StoredVersion[]> {
    const items = await this.#table.queryWorkflow(workflowId, version, { limit });
    return items.map(fromVersionItem);
  }

  async glance(workflowId: string): Promise<StoredWorkflow | undefined> {
    return toWorkflow(await this.#table.queryWorkflow(workflowId, startSortKey, { isConsistent: false }));
  }

  async glanceFrom(workflowId: string, version: number): Promise<readonly StoredVersion[]> {
    const items = await this.#table.queryWorkflow(workflowId, version, { isConsistent: false });
    return items.map(fromVersionItem);
  }

  async createStart(start: StoredStart): Promise<{ isNew: boolean; start: StoredStart }> {
    const existing = await this.#table.put({
      Item: toStartItem(start, this.#shardCount),
      ConditionExpression: "attribute_not_exists(workflowId)",
    });
    const holding = existing === undefined ? start : fromStartItem(existing);
    // Of the start that holds, and each time: the caller before may have crashed between.
    await Promise.all(toTagItems(holding).map((Item) => this.#table.put({ Item })));
    return { isNew: existing === undefined, start: holding };
  }

  async writeHead(head: Head): Promise<boolean> {
    const existing = await this.#table.put({
      Item: toHeadItem(head, this.#shardCount),
      ConditionExpression: "attribute_not_exists(workflowId) OR headVersion < :version",
      ExpressionAttributeValues: { ":version": { N: String(head.version) } },
    });
    return existing === undefined;
  }

  /** Nearly every claim is the first of its version, so that is tried at once; only a later one asks again. */
  async claim(key: VersionKey, request: ClaimRequest): Promise<ClaimResult> {
    const { token, expiresAt, now, isContinued = false } = request;
    const claim = { token, expiresAt, count: isContinued ? 2 : 1 };
    const existing = await this.#table.put({ Item: toClaimItem(key, claim), ConditionExpression: absent });
    if (existing === undefined) return { type: "claimed", claim };
    const stored = fromVersionItem(existing);
    const isOver = stored.transition === undefined && stored.claim !== undefined && stored.claim.expiresAt <= now;
    return isOver && !isContinued ? this.#claimAgain(key, request) : toRefusedClaim(stored, token);
  }

  /** Claims a version whose last claim has expired. */
  async #claimAgain(key: VersionKey, { token, expiresAt, now }: ClaimRequest): Promise<ClaimResult> {
    const { refusedBy, updated } = await this.#table.update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: "SET claimToken = :token, claimExpiresAt = :expiresAt, #ttl = :ttl ADD claimCount :one",
      ConditionExpression: `claimExpiresAt <= :now AND ${uncommitted}`,
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
    if (refusedBy !== undefined) return toRefusedClaim(fromRefusal(key, refusedBy), token);
    return { type: "claimed", claim: { token, expiresAt, count: numberOf(updated, "claimCount") } };
  }

  async commit(key: VersionKey, request: CommitRequest): Promise<CommitResult> {
    const refusedBy = await (request.owner === "continuer"
      ? this.#table.put({ Item: toContinuedItem(key, request), ConditionExpression: absent })
      : this.#commitOver(key, request));
    if (refusedBy === undefined) return { type: "committed" };
    const stored = fromRefusal(key, refusedBy);
    const isOurs = stored.claim?.token === request.token && stored.transition !== undefined;
    return isOurs ? { type: "committed" } : { type: "refused", stored };
  }

  /** Commits into the item of a claim, or where none is. */
  async #commitOver(key: VersionKey, { token, transition, owner, continuation }: CommitRequest) {
    const continues = Object.entries(toContinuation(continuation));
    const sets = continues.map(([name]) => `${name} = :${name}`);
    const { refusedBy } = await this.#table.update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: ["SET transition = :transition, claimToken = :token, #ttl = :ttl", ...sets].join(", "),
      ConditionExpression: owner === "claimant" ? `claimToken = :token AND ${uncommitted}` : uncommitted,
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":transition": toTextAttribute(transition),
        ":token": { S: token },
        ":ttl": ttlOf(key),
        ...Object.fromEntries(continues.map(([name, value]) => [`:${name}`, value])),
      },
    });
    return refusedBy;
  }

  async release(key: VersionKey, { token, isSpent }: { token: string; isSpent: boolean }): Promise<void> {
    await this.#table.update({
      Key: keyOf(key.workflowId, key.version),
      UpdateExpression: "SET claimExpiresAt = :past ADD claimCount :given",
      // A release that is tried again must not give the same claim back twice.
      ConditionExpression: "claimToken = :token AND claimExpiresAt > :past AND attribute_not_exists(transition)",
      ExpressionAttributeValues: {
        ":past": { N: "0" },
        ":token": { S: token },
        ":given": { N: isSpent ? "0" : "-1" },
      },
    });
  }

  async moveCheck(workflowId: string, move: CheckMove): Promise<boolean> {
    const { refusedBy } = await this.#table.update({
      Key: keyOf(workflowId, headSortKey),
      ...toCheckUpdate(workflowId, move, this.#shardCount),
    });
    return refusedBy === undefined;
  }

  async listDue(now: number, limit: number): Promise<readonly DueCheck[]> {
    // All that there can be, and as many of each as if there were the fewest: another deployment may have had more shards, and
    // a head stays in its shard while it waits.
    const perShard = Math.ceil(limit / defaultShardCount);
    const shards = shardsOf(mostShards).map((shard) => this.#listDueInShard(shard, now, perShard));
    const due = (await Promise.all(shards)).flat();
    return due.sort((a, b) => a.checkAt - b.checkAt).slice(0, limit);
  }

  async putDefinition(hash: string, json: string): Promise<void> {
    await this.#table.put({
      Item: { ...keyOf(definitionKey(hash), 0), schemaVersion, definition: { S: json } },
      ConditionExpression: "attribute_not_exists(workflowId)",
    });
  }

  async getDefinition(hash: string): Promise<string | undefined> {
    const item = await this.#table.get(keyOf(definitionKey(hash), 0));
    return item?.["definition"]?.S;
  }

  async #listDueInShard(shard: string, now: number, limit: number): Promise<DueCheck[]> {
    const { items } = await this.#table.query({
      IndexName: checkIndexName,
      KeyConditionExpression: "checkShard = :shard AND checkAt <= :now",
      ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { N: String(now) } },
      Limit: limit,
    });
    return items.map((item) => ({
      workflowId: textOf(item, "workflowId"),
      checkAt: numberOf(item, "checkAt"),
      checkIntervalMs: numberOf(item, "checkIntervalMs"),
    }));
  }
}

/** What a refused condition found; nothing stood there when a claimant commits what nobody claimed. */
function fromRefusal(key: VersionKey, refusedBy: Item): StoredVersion {
  return fromVersionItem({ ...keyOf(key.workflowId, key.version), ...refusedBy });
}

/** Our own token says that the claim was applied, its answer was lost, and the client tried again. */
function toRefusedClaim(stored: StoredVersion, token: string): ClaimResult {
  const { claim, transition } = stored;
  return claim?.token === token && transition === undefined ? { type: "claimed", claim } : { type: "refused", stored };
}

/** The items of a workflow, read together. */
function toWorkflow(items: readonly Item[]): StoredWorkflow | undefined {
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

/** No workflow id has a `#`, so definitions share the table without a clash. */
function definitionKey(hash: string): string {
  return `definition#${hash}`;
}
