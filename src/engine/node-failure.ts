import { courseAfterUndoing, courseToEnd } from "./compensation.ts";
import { findNextNodeId, type WorkflowGraph } from "./graph.ts";
import { failTransition, isTerminal } from "./outside-transitions.ts";
import type { NodeResult, Snapshot } from "./snapshot.ts";
import { nextAttempt } from "./step-context.ts";
import type { Transition } from "./transition.ts";

/** The handle by which a workflow leaves a node that failed for good. */
export const errorHandle = "error";

/** The part of a transition that says what follows from a result. */
export type Consequence = Pick<
  Transition,
  "status" | "currentNodeId" | "result" | "metadata" | "compensation" | "compensates"
>;

/** The result of a failed attempt. */
export type FailedResult = NodeResult & { readonly error: string };

/**
 * What follows from the final failure of the current node: the next compensation while the workflow is being undone,
 * else the edge `error`, else the end, with compensations before it.
 */
export function consequenceOf(
  graph: WorkflowGraph,
  snapshot: Snapshot,
  nodeId: string,
  result: FailedResult,
): Consequence {
  const { compensation, undo = [] } = snapshot;
  if (compensation !== undefined) return { result, ...courseAfterUndoing(compensation, undo, result.error) };
  const target = findNextNodeId(graph, nodeId, errorHandle);
  if (target !== null) return { status: "active", currentNodeId: target, result: { ...result, caught: true } };
  return { result, ...courseToEnd(snapshot, nodeId, { failedReason: result.error }) };
}

/** A final failure of a node that its host found: no attempt returned it. */
export interface NodeFailure {
  readonly code: string;
  readonly message: string;
  /** As of a step's environment: attempts of this visit before the one that failed that left no result. */
  readonly lostAttempts?: number;
  /** Epoch ms at which the attempt began; now when absent. */
  readonly startedAt?: number | undefined;
  /** Milliseconds that it took. */
  readonly durationMs?: number | undefined;
}

/**
 * The transition for a failure that a host found: a step when the edge `error` catches it or the workflow is being undone
 * (it counts as one, so that no loop of such failures is endless), else `failTransition`. `now` is epoch ms.
 */
export function failInPlace(
  graph: WorkflowGraph,
  snapshot: Snapshot,
  { code: errorCode, message: error, lostAttempts = 0, startedAt, durationMs = 0 }: NodeFailure,
  now: number,
): Transition {
  const { currentNodeId: nodeId } = snapshot;
  if (nodeId === null || isTerminal(snapshot)) return failTransition(snapshot, error);
  const attempt = nextAttempt(snapshot, nodeId, lostAttempts);
  const result = { output: null, timestamp: now, attempt, error, errorCode };
  const consequence = consequenceOf(graph, snapshot, nodeId, result);
  const isCaught = consequence.result?.caught === true;
  if (!isCaught && snapshot.compensation === undefined) return failTransition(snapshot, error);
  return { schemaVersion: 1, type: "step", nodeId, ...consequence, startedAt: startedAt ?? now, durationMs };
}
