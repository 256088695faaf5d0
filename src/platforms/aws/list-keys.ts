import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { WorkflowStatus } from "../../engine/index.ts";
import type { ListKey, ListPosition } from "../../ports/workflow-reader.ts";
import { shardOf, shardsOf } from "./shards.ts";

/** The index of everything that lists workflows, as the template names it; its keys are `listKey` and `listedAt`. */
export const listIndexName = "by-list-key";

const statuses: readonly WorkflowStatus[] = ["active", "paused", "error", "completed", "failed"];

/** Where a head stands in the index. */
export function statusListKey(status: WorkflowStatus, workflowId: string, shardCount: number): AttributeValue {
  return { S: statusKey(status, shardOf(workflowId, shardCount)) };
}

/** Where a start stands in the index. */
export function definitionListKey({ definitionId, workflowId }: DefinitionOwner, shardCount: number): AttributeValue {
  return { S: definitionKey(definitionId, shardOf(workflowId, shardCount)) };
}

interface DefinitionOwner {
  readonly definitionId: string;
  readonly workflowId: string;
}

/** Where the entry of a tag stands in the index: one partition, since business keys are many. */
export function tagListKey(name: string, value: string): AttributeValue {
  return { S: `tag#${name}#${value}` };
}

/** Every partition of a list. */
export function partitionsOf(key: ListKey, shardCount: number): readonly string[] {
  const allShards = shardsOf(shardCount);
  switch (key.type) {
    case "all":
      return statuses.flatMap((status) => allShards.map((shard) => statusKey(status, shard)));
    case "status":
      return allShards.map((shard) => statusKey(key.status, shard));
    case "definition":
      return allShards.map((shard) => definitionKey(key.definitionId, shard));
    case "tag":
      return [`tag#${key.name}#${key.value}`];
  }
}

function statusKey(status: WorkflowStatus, shard: string): string {
  return `status#${status}#${shard}`;
}

function definitionKey(definitionId: string, shard: string): string {
  return `definition#${definitionId}#${shard}`;
}

/** The order within a partition: by start, then by id, and unique. */
export function listedAtOf(position: ListPosition): AttributeValue {
  return { S: listedAtText(position) };
}

/** `2026-11-24T18:02:33.123Z#order-1001`: as text in the order of its times. */
export function listedAtText({ startedAt, workflowId }: ListPosition): string {
  return `${timeText(startedAt)}#${workflowId}`;
}

/** What every place of workflows that started at a time or later is not below. */
export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** The place that a text names, or undefined when it is none. */
export function parseListedAt(text: string): ListPosition | undefined {
  const [time = "", workflowId = ""] = text.split(/#(.*)/s);
  const startedAt = Date.parse(time);
  return Number.isNaN(startedAt) || workflowId === "" ? undefined : { startedAt, workflowId };
}
