import { createHash } from "node:crypto";

/** Over how many partitions of an index the workflows of one key are spread, so that no partition takes all writes. */
export const shardCount = 8;

/** The partition of a workflow: even, and the same for good. */
export function shardOf(workflowId: string): string {
  const byte = createHash("sha256").update(workflowId).digest()[0] ?? 0;
  return String(byte % shardCount);
}
