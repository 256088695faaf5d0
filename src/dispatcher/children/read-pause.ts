import { LRUCache } from "lru-cache";
import type { PauseChildren } from "../../engine/index.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { StoredVersion } from "../../ports/workflow-store.ts";
import type { DispatcherParts } from "../dependencies.ts";
import { decodeTransition } from "../transition-codec.ts";
import type { PlacedStarts } from "./placed-starts.ts";

/** What a pause says of its children; it never changes (I2). */
export interface PausePlan {
  readonly children: PauseChildren;
  readonly starts: PlacedStarts;
}

/** How many pauses a container keeps, of a few KB each. */
const maxPauses = 200;

/** Plans by `workflowId#version`. */
export type PauseCache = LRUCache<string, PausePlan>;

/** Keeps the plans of the pauses that were read last, for as long as the container lives. */
export function createPauseCache(): PauseCache {
  // A bound by size, unlike one by count, takes no memory before there is something to keep.
  return new LRUCache({ maxSize: maxPauses, sizeCalculation: () => 1 });
}

/** A pause with children, as the items around its version have it. */
export interface ChildrenPause extends PauseKey, PausePlan {
  /** Whether the workflow still waits there. */
  readonly isWaiting: boolean;
  /** Whether the newest transition is the one that ended the pause. */
  readonly isJustOver: boolean;
}

/**
 * Reads a pause by the two or three items around its version, so that it costs the same however long its workflow is, and
 * its plan once per container; undefined when there is no pause with children. Throws what the store throws.
 */
export async function readPause(
  { store, pauses }: Pick<DispatcherParts, "store" | "pauses">,
  { workflowId, version }: PauseKey,
): Promise<ChildrenPause | undefined> {
  if (version === 0) return undefined;
  const name = `${workflowId}#${version}`;
  const known = pauses.get(name);
  const stored = await store.loadFrom(workflowId, known === undefined ? version - 1 : version, 3);
  const plan = known ?? planOf(stored[0], version);
  if (plan === undefined) return undefined;
  if (known === undefined) pauses.set(name, plan);
  const isCommitted = (wanted: number) =>
    stored.some((item) => item.version === wanted && item.transition !== undefined);
  const isWaiting = !isCommitted(version);
  return { workflowId, version, ...plan, isWaiting, isJustOver: !isWaiting && !isCommitted(version + 1) };
}

function planOf(made: StoredVersion | undefined, version: number): PausePlan | undefined {
  if (made?.version !== version - 1 || made.transition === undefined) return undefined;
  const children = decodeTransition(made.transition).pause?.children;
  // Only `placeStarts` makes what stands in an item.
  return children && { children, starts: children.starts as PlacedStarts };
}
