import { createHash } from "node:crypto";

/** The most partitions that the workflows of one key of an index may be spread over (IndexShards). */
export const mostShards = 64;

/** Over how many they are spread unless the deployment says otherwise. */
export const defaultShardCount = 8;

/**
 * The partition of a workflow: even, and the same as long as the count is. Counts are powers of two, so that every shard
 * of a smaller count is one of a larger count too: whoever reads the shards of the larger reads those of the smaller.
 */
export function shardOf(workflowId: string, shardCount: number): string {
  const byte = createHash("sha256").update(workflowId).digest()[0] ?? 0;
  return String(byte % shardCount);
}

/** Every shard of a count. */
export function shardsOf(shardCount: number): readonly string[] {
  return Array.from({ length: shardCount }, (_, shard) => String(shard));
}
