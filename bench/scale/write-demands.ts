import { shardOf } from "../../src/platforms/aws/shards.ts";
import type { CheckMove, Head, StoredStart } from "../../src/ports/workflow-store.ts";
import type { Demand } from "./capacity.ts";

/** What a read of one workflow takes of the table; here no workflow has more than 4 KB. */
export const readDemands: readonly Demand[] = [{ part: "table reads", key: "", units: 1 }];

/** The same for a read that may be old. */
export const glanceDemands: readonly Demand[] = [{ part: "table reads", key: "", units: 0.5 }];

/** What a write takes that stands in no index, of so many bytes. */
export function plainDemands(bytes: number): readonly Demand[] {
  return [{ part: "table writes", key: "", units: Math.max(1, Math.ceil(bytes / 1024)) }];
}

/** What a start takes: its item, and its entries in lists by definition and tags. */
export function startDemands({ workflowId, definitionId, tags }: StoredStart, shards: number): readonly Demand[] {
  const listKeys = Object.entries(tags ?? {}).map(([name, value]) => `tag#${name}#${value}`);
  return [
    ...plainDemands(0),
    ...listKeys.flatMap((key) => [...plainDemands(0), ...listDemands(key, 1)]),
    ...listDemands(`definition#${definitionId}#${shardOf(workflowId, shards)}`, 1),
  ];
}

/** What a head takes: its item, its place among the checks, and its place among those of its status. */
export function headDemands(before: Head | undefined, after: Head, shards: number): readonly Demand[] {
  const shard = shardOf(after.workflowId, shards);
  const lists =
    before?.status === after.status
      ? []
      : [before?.status, after.status].flatMap((status) =>
          status === undefined ? [] : listDemands(`status#${status}#${shard}`, 1),
        );
  return [...plainDemands(0), ...checkDemands(before?.checkAt, after.checkAt, shard), ...lists];
}

/** What moving a head's check takes. */
export function moveDemands(before: Head | undefined, move: CheckMove, shards: number): readonly Demand[] {
  if (before === undefined) return plainDemands(0);
  const after = move.type === "away" ? undefined : move.checkAt;
  return [...plainDemands(0), ...checkDemands(before.checkAt, after, shardOf(before.workflowId, shards))];
}

/** A key that changes is deleted at one place of an index and put at the other. */
function checkDemands(before: number | undefined, after: number | undefined, shard: string): readonly Demand[] {
  const units = before === after ? 0 : (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
  if (units === 0) return [];
  return [
    { part: "by-check-at", key: "", units },
    { part: "by-check-at partition", key: shard, units },
  ];
}

function listDemands(key: string, units: number): readonly Demand[] {
  return [
    { part: "by-list-key", key: "", units },
    { part: "by-list-key partition", key, units },
  ];
}
