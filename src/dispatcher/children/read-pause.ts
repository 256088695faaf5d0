import type { PauseChildren } from "../../engine/index.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { WorkflowStore } from "../../ports/workflow-store.ts";
import { decodeTransition } from "../transition-codec.ts";
import type { PlacedStarts } from "./placed-starts.ts";

/** A pause with children, as the items around its version have it. */
export interface ChildrenPause extends PauseKey {
  readonly children: PauseChildren;
  readonly starts: PlacedStarts;
  /** Whether the workflow still waits there. */
  readonly isWaiting: boolean;
  /** Whether the newest transition is the one that ended the pause. */
  readonly isJustOver: boolean;
}

/**
 * Reads a pause by the two or three items around its version, so that it costs the same however long its workflow is;
 * undefined when there is no pause with children. Throws what the store throws.
 */
export async function readPause(
  store: Pick<WorkflowStore, "loadFrom">,
  { workflowId, version }: PauseKey,
): Promise<ChildrenPause | undefined> {
  if (version === 0) return undefined;
  const [made, ended, next] = await store.loadFrom(workflowId, version - 1, 3);
  if (made?.version !== version - 1 || made.transition === undefined) return undefined;
  const children = decodeTransition(made.transition).pause?.children;
  if (children === undefined) return undefined;
  const isWaiting = ended?.transition === undefined;
  const isJustOver = !isWaiting && next?.transition === undefined;
  // Only `placeStarts` makes what stands in an item.
  return { workflowId, version, children, starts: children.starts as PlacedStarts, isWaiting, isJustOver };
}
