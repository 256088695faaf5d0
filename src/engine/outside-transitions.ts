import { courseToEnd, courseWithoutTime } from "./compensation.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { EndReason, Joined, Snapshot } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** `metadata.failedReason` of a cancelled workflow (DESIGN 3, difference 8). */
export const cancelledReason = "Cancelled";

/**
 * Resumes a paused workflow: its node runs again with the payload (an absent one counts as null, so that it
 * survives JSON). Throws `transition.refused` when the workflow is not paused.
 */
export function resumeTransition(snapshot: Snapshot, payload: unknown): Transition {
  return unpause(snapshot, "resume", payload ?? null);
}

/**
 * Ends a pause whose time has come: its node runs again. Throws `transition.refused` when there is no pause with a due
 * time, and for one that ends by its node's `pauseTimeoutMs`: where that leads the graph says (`WorkflowEngine.fireTimer`).
 */
export function timerTransition(snapshot: Snapshot): Transition {
  const { dueAt, isTimeout } = snapshot.pause ?? {};
  if (dueAt === undefined) throw refusal(snapshot, "timer", "has no pause with a due time");
  if (isTimeout === true) throw refusal(snapshot, "timer", "has a pause that ends by its timeout");
  return unpause(snapshot, "timer", { timer: dueAt });
}

/** Ends the pause of a node whose children have ended; throws `transition.refused` when it waits for none. */
export function joinTransition(
  snapshot: Snapshot,
  how: Pick<Joined, "failed" | "isEarly" | "firstFailure">,
): Transition {
  const { pause, version, currentNodeId } = snapshot;
  if (pause?.children === undefined) throw refusal(snapshot, "join", "waits for no children");
  const { count, lanes } = pause.children;
  const joined = { version, count, lanes, ...how };
  const nodeId = pause.nodeId ?? currentNodeId;
  return { schemaVersion: 1, type: "join", nodeId, status: "active", currentNodeId: nodeId, joined };
}

/**
 * Cancels a workflow (DESIGN 3, difference 8); what it did is undone first, where its definition says how. Throws
 * `transition.refused` when it has ended (I10), or is being undone.
 */
export function cancelTransition(snapshot: Snapshot, reason?: string): Transition {
  if (snapshot.compensation !== undefined) throw refusal(snapshot, "cancel", "is being undone already");
  return end(snapshot, "cancel", {
    failedReason: cancelledReason,
    ...(reason !== undefined && { cancelReason: reason }),
  });
}

/**
 * Fails a workflow for a reason outside its nodes; what it did is undone first, where its definition says how. One that is
 * being undone ends: the compensations that are left count as failed for this reason. Throws `transition.refused` when it
 * has ended (I10).
 */
export function failTransition(snapshot: Snapshot, failedReason: string): Transition {
  return end(snapshot, "fail", { failedReason });
}

/**
 * Lets a failed workflow go on from the node that it failed at, with a new count of attempts and the payload that the
 * node had (I10). Throws `transition.refused` when it did not fail, or was undone.
 */
export function retryTransition(snapshot: Snapshot): Transition {
  if (snapshot.status !== "failed") throw refusal(snapshot, "retry", `is ${snapshot.status}, not failed`);
  if (wasUndone(snapshot)) throw refusal(snapshot, "retry", "was undone, so that nothing is left to go on from");
  const nodeId = snapshot.currentNodeId;
  return { schemaVersion: 1, type: "retry", nodeId, status: "active", currentNodeId: nodeId };
}

/**
 * The last transition of a workflow that is erased: it changes nothing, and takes the version that a retry would need.
 * Throws `transition.refused` when the workflow has not ended.
 */
export function eraseTransition(snapshot: Snapshot): Transition {
  if (!isTerminal(snapshot)) throw refusal(snapshot, "erase", `is ${snapshot.status}, and has not ended`);
  const { currentNodeId, status } = snapshot;
  return { schemaVersion: 1, type: "erase", nodeId: currentNodeId, status, currentNodeId };
}

function unpause(snapshot: Snapshot, type: "resume" | "timer", externalPayload: unknown): Transition {
  if (snapshot.status !== "paused") throw refusal(snapshot, type, `is ${snapshot.status}, not paused`);
  const nodeId = snapshot.pause?.nodeId ?? snapshot.currentNodeId;
  return { schemaVersion: 1, type, nodeId, status: "active", currentNodeId: nodeId, externalPayload };
}

function end(snapshot: Snapshot, type: "cancel" | "fail", reason: EndReason): Transition {
  if (isTerminal(snapshot)) throw refusal(snapshot, type, `has ended (${snapshot.status})`);
  const { currentNodeId: nodeId, compensation, undo = [] } = snapshot;
  const course =
    compensation === undefined
      ? courseToEnd(snapshot, nodeId, reason)
      : courseWithoutTime(compensation, undo, reason.failedReason);
  return { schemaVersion: 1, type, nodeId, ...course };
}

/** Whether a failed workflow undid what it had done, or tried to: it cannot go on from where it was. */
export function wasUndone({ metadata }: Snapshot): boolean {
  return metadata["compensation"] !== undefined;
}

/** Whether a workflow has ended: nothing moves it any more (I10). */
export function isTerminal(snapshot: Snapshot): boolean {
  return snapshot.status === "completed" || snapshot.status === "failed";
}

function refusal(snapshot: Snapshot, type: Transition["type"], why: string): RefluxoError {
  return new RefluxoError("transition.refused", `${type}: workflow ${snapshot.workflowId} ${why}`);
}
