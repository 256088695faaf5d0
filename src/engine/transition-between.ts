import { countResults, lastResult } from "./context.ts";
import { isTerminal } from "./outside-transitions.ts";
import { RefluxoError } from "./refluxo-error.ts";
import type { Snapshot } from "./snapshot.ts";
import { keepsPayload, type Transition } from "./transition.ts";

/**
 * The transition that leads from one snapshot to the next: what a host stores after `executeStep`. Applied to
 * `before` it gives `after` again. Throws `transition.not-adjacent` unless `after` is exactly one version ahead (I1),
 * as when `executeStep` had nothing to do and returned its snapshot unchanged.
 */
export function transitionBetween(before: Snapshot, after: Snapshot): Transition {
  if (after.workflowId !== before.workflowId || after.version !== before.version + 1) {
    throw new RefluxoError(
      "transition.not-adjacent",
      `No single transition leads from ${before.workflowId}#${before.version} to ${after.workflowId}#${after.version}`,
    );
  }
  const nodeId = before.currentNodeId;
  const result = newResult(before, after);
  const type = typeBetween(before, after);
  const metadata = type === "retry" ? undefined : changedMetadata(before.metadata, after.metadata);
  return {
    schemaVersion: 1,
    type,
    nodeId,
    status: after.status,
    currentNodeId: after.currentNodeId,
    ...(result !== undefined && { result }),
    ...(after.retryState !== undefined && { retryState: after.retryState }),
    ...(after.pause !== undefined && { pause: after.pause }),
    ...deadlineBetween(before, after),
    ...undoBetween(before, after, type),
    ...(isPayloadNew(type, before, after) && { externalPayload: after.externalPayload }),
    ...(after.joined !== undefined && before.joined === undefined && { joined: after.joined }),
    ...(metadata !== undefined && { metadata }),
    ...timesBetween(before, after),
  };
}

function typeBetween(before: Snapshot, after: Snapshot): Transition["type"] {
  if ((after.stepCount ?? 0) > (before.stepCount ?? 0)) return "step";
  if (isTerminal(before)) return isTerminal(after) ? "erase" : "retry";
  // Without a step a result comes from nothing but a pause that timed out.
  if (newResult(before, after) !== undefined) return "timer";
  if (before.compensation !== undefined) return "fail";
  const reason = after.compensation?.failedReason ?? after.metadata["failedReason"];
  if (after.status === "failed" || after.compensation !== undefined) return reason === "Cancelled" ? "cancel" : "fail";
  if (after.joined !== undefined) return "join";
  return isTimerPayload(after.externalPayload, before.pause?.dueAt) ? "timer" : "resume";
}

function deadlineBetween(before: Snapshot, after: Snapshot): Pick<Transition, "pauseDeadline"> {
  const { pauseDeadline } = after;
  return pauseDeadline === undefined || pauseDeadline === before.pauseDeadline ? {} : { pauseDeadline };
}

/** What became of the list of what can be undone, and of the undoing. */
function undoBetween(
  before: Snapshot,
  after: Snapshot,
  type: Transition["type"],
): Pick<Transition, "compensateBy" | "visit" | "compensation" | "compensates"> {
  if (before.compensation !== undefined) {
    const entry = before.undo?.at(-1);
    if (type !== "step" || after.status === "error" || entry === undefined) return {};
    return { compensates: { nodeId: entry.nodeId, visit: entry.visit } };
  }
  if (after.compensation !== undefined) {
    const { failedReason, cancelReason } = after.compensation;
    return { compensation: { failedReason, ...(cancelReason !== undefined && { cancelReason }) } };
  }
  const added = (after.undo?.length ?? 0) > (before.undo?.length ?? 0) ? after.undo?.at(-1) : undefined;
  return added === undefined ? {} : { compensateBy: added.by, visit: added.visit };
}

function isTimerPayload(payload: unknown, dueAt: number | undefined): boolean {
  if (dueAt === undefined || typeof payload !== "object" || payload === null) return false;
  return "timer" in payload && payload.timer === dueAt && Object.keys(payload).length === 1;
}

function newResult(before: Snapshot, after: Snapshot): Transition["result"] {
  const nodeId = before.currentNodeId;
  if (nodeId === null) return undefined;
  const isNew = countResults(after.context, nodeId) > countResults(before.context, nodeId);
  return isNew ? lastResult(after.context, nodeId) : undefined;
}

/** A payload that a retry carries over is stored once, by the transition that brought it. */
function isPayloadNew(type: Transition["type"], before: Snapshot, after: Snapshot): boolean {
  if (after.externalPayload === undefined) return false;
  return !keepsPayload({ type, status: after.status }) || after.externalPayload !== before.externalPayload;
}

function changedMetadata(before: Snapshot["metadata"], after: Snapshot["metadata"]): Transition["metadata"] {
  if (after === before) return undefined;
  const changed = Object.entries(after).filter(([key, value]) => !Object.hasOwn(before, key) || before[key] !== value);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function timesBetween(before: Snapshot, after: Snapshot): Pick<Transition, "startedAt" | "durationMs"> {
  if ((after.stepCount ?? 0) === (before.stepCount ?? 0)) return {};
  return {
    ...(after.lastStartedAt !== undefined && { startedAt: after.lastStartedAt }),
    ...(after.totalExecutionTime !== undefined && {
      durationMs: after.totalExecutionTime - (before.totalExecutionTime ?? 0),
    }),
  };
}
