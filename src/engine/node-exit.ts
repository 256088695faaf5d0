import { courseAfterUndoing } from "./compensation.ts";
import { countVisits } from "./context.ts";
import type { Node } from "./definition.ts";
import { findNextNodeId, type WorkflowGraph } from "./graph.ts";
import type { NodeResult, Pause, Snapshot } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** The part of a transition that says where a node that is done leads, and what its visit leaves to undo. */
type Exit = Pick<
  Transition,
  "status" | "currentNodeId" | "result" | "compensateBy" | "visit" | "compensates" | "metadata"
>;

/** Leaves a node that succeeded; a compensation leads to the next one, whatever handle it left by. */
export function leave(
  graph: WorkflowGraph,
  snapshot: Snapshot,
  node: Node,
  { handle, result }: { readonly handle: string | undefined; readonly result: NodeResult },
): Exit {
  const { compensation, undo = [], context } = snapshot;
  if (compensation !== undefined) return { result, ...courseAfterUndoing(compensation, undo) };
  const nextNodeId = findNextNodeId(graph, node.id, handle);
  // What has completed is never undone.
  if (nextNodeId === null) return { status: "completed", currentNodeId: null, result };
  const { compensate } = node;
  const left = { status: "active", currentNodeId: nextNodeId, result } as const;
  if (compensate === undefined) return left;
  return { ...left, compensateBy: compensate, visit: countVisits(context, node.id) };
}

/** A pause as its node wishes it, and when the node had ended (epoch ms). */
interface PauseWish extends Omit<Pause, "nodeId" | "isTimeout"> {
  readonly endedAt: number;
}

/**
 * Pauses at a node. With a `pauseTimeoutMs` it pauses no longer than until the deadline that the first pause of the visit
 * set: a node that is answered wrongly and asks again gains no time by it.
 */
export function pauseAt(
  { pauseDeadline }: Snapshot,
  node: Node,
  { data, dueAt, children, endedAt }: PauseWish,
): Pick<Transition, "status" | "currentNodeId" | "pause" | "pauseDeadline"> {
  const paused = { status: "paused", currentNodeId: node.id } as const;
  const own: Pause = {
    nodeId: node.id,
    data,
    ...(dueAt !== undefined && { dueAt }),
    ...(children !== undefined && { children }),
  };
  if (node.pauseTimeoutMs === undefined) return { ...paused, pause: own };
  const deadline = pauseDeadline ?? endedAt + node.pauseTimeoutMs;
  const isFirst = pauseDeadline === undefined && { pauseDeadline: deadline };
  if (dueAt !== undefined && dueAt <= deadline) return { ...paused, pause: own, ...isFirst };
  return { ...paused, pause: { ...own, dueAt: deadline, isTimeout: true }, ...isFirst };
}
