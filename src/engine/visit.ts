import { errorOf } from "./context.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** What a snapshot keeps for as long as the workflow stays at its node: what led there, and how long it may pause. */
export function keptOfVisit(
  snapshot: Snapshot,
  transition: Transition,
): Pick<Snapshot, "caughtError" | "pauseDeadline"> {
  const { nodeId, result, type } = transition;
  if (hasLeft(transition)) {
    const caughtError = result?.caught === true && nodeId !== null ? errorOf(nodeId, result) : undefined;
    return caughtError === undefined ? {} : { caughtError };
  }
  const { caughtError } = snapshot;
  // Who retries a failed workflow gives its node all of its time again, or a pause that ended by timeout would at once.
  const pauseDeadline = transition.pauseDeadline ?? (type === "retry" ? undefined : snapshot.pauseDeadline);
  return { ...(caughtError !== undefined && { caughtError }), ...(pauseDeadline !== undefined && { pauseDeadline }) };
}

/**
 * Whether the current node was left: a step that went on, a timer that left by `timeout`, a cancel or a failure from
 * outside after which the workflow is undone. A resume, a join, a retry and a timer that runs the node again stay.
 */
function hasLeft({ type, status, result }: Transition): boolean {
  if (status === "completed") return true;
  if (status !== "active") return false;
  return type === "timer" ? result !== undefined : type !== "resume" && type !== "retry" && type !== "join";
}
