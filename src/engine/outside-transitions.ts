import { RefluxoError } from "./refluxo-error.ts";
import type { Joined, Snapshot } from "./snapshot.ts";
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

/** Ends a pause whose time has come; throws `transition.refused` when there is no pause with a due time. */
export function timerTransition(snapshot: Snapshot): Transition {
  const dueAt = snapshot.pause?.dueAt;
  if (dueAt === undefined) throw refusal(snapshot, "timer", "has no pause with a due time");
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

/** Cancels a workflow (DESIGN 3, difference 8); throws `transition.refused` when it has ended (I10). */
export function cancelTransition(snapshot: Snapshot, reason?: string): Transition {
  return end(snapshot, "cancel", {
    failedReason: cancelledReason,
    ...(reason !== undefined && { cancelReason: reason }),
  });
}

/** Fails a workflow for a reason outside its nodes; throws `transition.refused` when it has ended (I10). */
export function failTransition(snapshot: Snapshot, failedReason: string): Transition {
  return end(snapshot, "fail", { failedReason });
}

/**
 * Lets a failed workflow go on from the node that it failed at, with a new count of attempts and the payload that the
 * node had (I10). Throws `transition.refused` when it did not fail.
 */
export function retryTransition(snapshot: Snapshot): Transition {
  if (snapshot.status !== "failed") throw refusal(snapshot, "retry", `is ${snapshot.status}, not failed`);
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

function end(snapshot: Snapshot, type: "cancel" | "fail", metadata: Readonly<Record<string, unknown>>): Transition {
  if (isTerminal(snapshot)) throw refusal(snapshot, type, `has ended (${snapshot.status})`);
  const nodeId = snapshot.currentNodeId;
  return { schemaVersion: 1, type, nodeId, status: "failed", currentNodeId: nodeId, metadata };
}

/** Whether a workflow has ended: nothing moves it any more (I10). */
export function isTerminal(snapshot: Snapshot): boolean {
  return snapshot.status === "completed" || snapshot.status === "failed";
}

function refusal(snapshot: Snapshot, type: Transition["type"], why: string): RefluxoError {
  return new RefluxoError("transition.refused", `${type}: workflow ${snapshot.workflowId} ${why}`);
}
