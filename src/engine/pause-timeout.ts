import { findNextNodeId, type WorkflowGraph } from "./graph.ts";
import { leave } from "./node-exit.ts";
import { consequenceOf } from "./node-failure.ts";
import type { Pause, Snapshot } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** The handle by which a workflow leaves a node whose pause lasted longer than its `pauseTimeoutMs`. */
export const timeoutHandle = "timeout";

/** The code of that failure when no edge has the handle `timeout`. */
export const pauseTimeoutCode = "pause.timeout";

/**
 * Ends a pause by its node's `pauseTimeoutMs`, without running the node again: by the edge `timeout`, or as a final
 * failure of the node. `now` is epoch ms.
 */
export function timeOut(graph: WorkflowGraph, snapshot: Snapshot, { nodeId, dueAt }: Pause, now: number): Transition {
  const base = { schemaVersion: 1, type: "timer", nodeId } as const;
  const result = { timestamp: now, attempt: 1 };
  const node = graph.nodes.get(nodeId)?.node;
  if (node !== undefined && findNextNodeId(graph, nodeId, timeoutHandle) !== null) {
    const output = { timedOut: true, dueAt };
    return { ...base, ...leave(graph, snapshot, node, { handle: timeoutHandle, result: { ...result, output } }) };
  }
  const error = `Node '${nodeId}' paused for longer than its pauseTimeoutMs allows`;
  const failure = { ...result, output: null, error, errorCode: pauseTimeoutCode };
  return { ...base, ...consequenceOf(graph, snapshot, nodeId, failure) };
}
