import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ParentLink } from "../../contracts/command.ts";
import type { WorkflowStatus } from "../../engine/index.ts";
import { RefluxoError } from "../../engine/index.ts";
import type { ListPosition } from "../../ports/workflow-reader.ts";
import type { Head, StoredStart, Tags, ValueReference, VersionKey } from "../../ports/workflow-store.ts";
import { definitionListKey, listedAtOf, statusListKey, tagListKey } from "./list-keys.ts";
import { shardOf } from "./shards.ts";

/** An item as the low-level client has it. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Sort keys of the two items that stand before a workflow's versions (DESIGN 4). */
export const startSortKey = -2;
export const headSortKey = -1;
/** The entries of a workflow's tags stand from here downwards. */
const firstTagSortKey = -3;

/** What every item of ours carries, so that a later shape is told from this one. */
export const schemaVersion: AttributeValue = { N: "1" };
/** The start outlives its versions, so that an id is not used anew while old versions are still being deleted. */
const startGraceMs = 30 * 24 * 3600 * 1000;

/** The key of an item. */
export function keyOf(workflowId: string, version: number): Record<string, AttributeValue> {
  return { workflowId: { S: workflowId }, version: { N: String(version) } };
}

/** A DynamoDB TTL: epoch seconds. */
export function ttlOf({ purgeAt }: Pick<VersionKey, "purgeAt">): AttributeValue {
  return { N: String(Math.ceil(purgeAt / 1000)) };
}

/** The item that keeps a start. */
export function toStartItem(start: StoredStart, shardCount: number): Record<string, AttributeValue> {
  return {
    ...keyOf(start.workflowId, startSortKey),
    schemaVersion,
    definitionId: { S: start.definitionId },
    definitionHash: { S: start.definitionHash },
    startedAt: { N: String(start.startedAt) },
    expiresAt: { N: String(start.expiresAt) },
    purgeAt: { N: String(start.purgeAt) },
    ...toInput(start.input),
    ...toTags(start.tags),
    ...(start.by !== undefined && { startedBy: { S: start.by } }),
    ...toParent(start.parent),
    ...toListing(start, definitionListKey(start, shardCount)),
    ttl: ttlOf({ purgeAt: start.purgeAt + startGraceMs }),
  };
}

/** Where an item stands in lists; what was erased stands in none. */
function toListing(item: ListPosition & { readonly erasedAt?: number }, listKey: AttributeValue): Item {
  if (item.erasedAt !== undefined) return { erasedAt: { N: String(item.erasedAt) } };
  return { listKey, listedAt: listedAtOf(item) };
}

/** The items that list a workflow under its tags. */
export function toTagItems(start: StoredStart): readonly Record<string, AttributeValue>[] {
  return Object.entries(start.tags ?? {}).map(([name, value], index) => ({
    ...keyOf(start.workflowId, firstTagSortKey - index),
    schemaVersion,
    listKey: tagListKey(name, value),
    listedAt: listedAtOf(start),
    ttl: ttlOf(start),
  }));
}

function toTags(tags: Tags | undefined): Item {
  if (tags === undefined) return {};
  return { tags: { M: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, { S: value }])) } };
}

function fromTags(item: Item): { readonly tags?: Tags } {
  const tags = item["tags"]?.M;
  if (tags === undefined) return {};
  return { tags: Object.fromEntries(Object.keys(tags).map((name) => [name, textOf(tags, name)])) };
}

/** The start in an item. */
export function fromStartItem(item: Item): StoredStart {
  return {
    workflowId: textOf(item, "workflowId"),
    definitionId: textOf(item, "definitionId"),
    definitionHash: textOf(item, "definitionHash"),
    startedAt: numberOf(item, "startedAt"),
    expiresAt: numberOf(item, "expiresAt"),
    purgeAt: numberOf(item, "purgeAt"),
    input: fromInput(item),
    ...fromTags(item),
    ...(item["startedBy"] !== undefined && { by: textOf(item, "startedBy") }),
    ...fromParent(item),
    ...fromErasure(item),
  };
}

function toParent(parent: ParentLink | undefined): Item {
  if (parent === undefined) return {};
  const { workflowId, ...counts } = parent;
  const numbers = Object.entries(counts).map(([name, value]) => [name, { N: String(value) }]);
  return { parent: { M: { workflowId: { S: workflowId }, ...Object.fromEntries(numbers) } } };
}

function fromParent(item: Item): { readonly parent?: ParentLink } {
  const parent = item["parent"]?.M;
  if (parent === undefined) return {};
  return {
    parent: {
      workflowId: textOf(parent, "workflowId"),
      version: numberOf(parent, "version"),
      index: numberOf(parent, "index"),
      failuresBefore: numberOf(parent, "failuresBefore"),
      depth: numberOf(parent, "depth"),
    },
  };
}

function fromErasure(item: Item): { readonly erasedAt?: number } {
  return item["erasedAt"] === undefined ? {} : { erasedAt: numberOf(item, "erasedAt") };
}

/** A large input has an attribute of its own, so that code which does not know it fails instead of reading a wrong input. */
function toInput(input: StoredStart["input"]): Item {
  if (typeof input === "string") return { input: { S: input } };
  const { key, sizeBytes, sha256 } = input;
  return { inputReference: { M: { key: { S: key }, sizeBytes: { N: String(sizeBytes) }, sha256: { S: sha256 } } } };
}

function fromInput(item: Item): string | ValueReference {
  const reference = item["inputReference"]?.M;
  if (reference === undefined) return textOf(item, "input");
  return {
    key: textOf(reference, "key"),
    sizeBytes: numberOf(reference, "sizeBytes"),
    sha256: textOf(reference, "sha256"),
  };
}

/** The item that keeps a head; only one that is to be checked stands in the index. */
export function toHeadItem(head: Head, shardCount: number): Record<string, AttributeValue> {
  return {
    ...keyOf(head.workflowId, headSortKey),
    schemaVersion,
    definitionId: { S: head.definitionId },
    definitionHash: { S: head.definitionHash },
    startedAt: { N: String(head.startedAt) },
    purgeAt: { N: String(head.purgeAt) },
    headVersion: { N: String(head.version) },
    status: { S: head.status },
    checkIntervalMs: { N: String(head.checkIntervalMs) },
    ...(head.checkAt !== undefined && {
      checkAt: { N: String(head.checkAt) },
      checkShard: { S: shardOf(head.workflowId, shardCount) },
    }),
    ...toTags(head.tags),
    ...(head.failedReason !== undefined && { failedReason: { S: head.failedReason } }),
    ...toListing(head, statusListKey(head.status, head.workflowId, shardCount)),
    ttl: ttlOf(head),
  };
}

/** The head in an item. */
export function fromHeadItem(item: Item): Head {
  return {
    workflowId: textOf(item, "workflowId"),
    definitionId: textOf(item, "definitionId"),
    definitionHash: textOf(item, "definitionHash"),
    startedAt: numberOf(item, "startedAt"),
    purgeAt: numberOf(item, "purgeAt"),
    version: numberOf(item, "headVersion"),
    status: statusOf(textOf(item, "status")),
    checkIntervalMs: numberOf(item, "checkIntervalMs"),
    ...(item["checkAt"] !== undefined && { checkAt: numberOf(item, "checkAt") }),
    ...fromTags(item),
    ...(item["failedReason"] !== undefined && { failedReason: textOf(item, "failedReason") }),
    ...fromErasure(item),
  };
}

/** A number attribute; throws when it is missing, since then the item is not one of ours. */
export function numberOf(item: Item, name: string): number {
  const value = Number(item[name]?.N);
  if (item[name]?.N === undefined || !Number.isFinite(value)) throw damaged(name);
  return value;
}

/** A string attribute; throws when it is missing, since then the item is not one of ours. */
export function textOf(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw damaged(name);
  return value;
}

const statuses: readonly WorkflowStatus[] = ["active", "paused", "error", "completed", "failed"];

function statusOf(text: string): WorkflowStatus {
  const status = statuses.find((known) => known === text);
  if (status === undefined) throw damaged("status");
  return status;
}

function damaged(name: string): RefluxoError {
  return new RefluxoError("store.item", `A stored item has no valid attribute ${name}`);
}
