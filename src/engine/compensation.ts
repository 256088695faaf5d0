import { boundText } from "./describe-error.ts";
import type { Compensation, EndReason, Snapshot, UndoEntry } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** How many visits that could not be undone a workflow names. */
const maxNamedFailures = 20;

/** How much of the error of each it keeps, UTF-16 code units. */
const maxFailureLength = 200;

/** The part of a transition that says where a workflow goes. */
type Course = Pick<Transition, "status" | "currentNodeId" | "metadata" | "compensation" | "compensates">;

/** The visit that the workflow is undoing, or undefined when it is not undoing any. */
export function undoingOf({ compensation, undo }: Snapshot): UndoEntry | undefined {
  return compensation === undefined ? undefined : undo?.at(-1);
}

/** The course of a workflow that failed or was cancelled at a node: to its end, or first to what has to be undone. */
export function courseToEnd({ undo }: Snapshot, nodeId: string | null, reason: EndReason): Course {
  const newest = undo?.at(-1);
  if (newest === undefined) return { status: "failed", currentNodeId: nodeId, metadata: { ...reason } };
  return { status: "active", currentNodeId: newest.by, compensation: reason };
}

/**
 * The course after a compensation that succeeded, or that failed for good with this error: to the next one whatever
 * became of this one, or to the end.
 */
export function courseAfterUndoing(compensation: Compensation, undo: readonly UndoEntry[], error?: string): Course {
  const entry = undo.at(-1);
  const next = undo.at(-2);
  if (entry === undefined) return end(compensation);
  const compensates = visitOf(entry);
  if (next !== undefined) return { status: "active", currentNodeId: next.by, compensates };
  return { ...end(recordOutcome(compensation, compensates, error)), compensates };
}

/** The course of a workflow whose time for compensations is over: those that are left count as failed with this error. */
export function courseWithoutTime(compensation: Compensation, undo: readonly UndoEntry[], error: string): Course {
  return end(undo.reduceRight((soFar, entry) => recordOutcome(soFar, visitOf(entry), error), compensation));
}

/** How far the undoing is after a transition; undefined when the workflow is not being undone. */
export function advanceCompensation(
  compensation: Compensation | undefined,
  { status, nodeId, result, compensation: begun, compensates }: Transition,
): Compensation | undefined {
  if (status === "completed" || status === "failed") return undefined;
  if (begun !== undefined) return { ...begun, failedNodeId: nodeId, undone: 0, failedCount: 0, failed: [] };
  if (compensation === undefined || compensates === undefined) return compensation;
  return recordOutcome(compensation, compensates, result?.error);
}

type Visit = NonNullable<Transition["compensates"]>;

function visitOf({ nodeId, visit }: UndoEntry): Visit {
  return { nodeId, visit };
}

function recordOutcome(compensation: Compensation, visit: Visit, error: string | undefined): Compensation {
  if (error === undefined) return { ...compensation, undone: compensation.undone + 1 };
  const { failed, failedCount } = compensation;
  const isNamed = failed.length < maxNamedFailures;
  return {
    ...compensation,
    failedCount: failedCount + 1,
    failed: isNamed ? [...failed, { ...visit, error: boundText(error, maxFailureLength) }] : failed,
  };
}

function end({ failedReason, cancelReason, failedNodeId, undone, failedCount, failed }: Compensation): Course {
  const status = failedCount === 0 ? "completed" : "failed";
  return {
    status: "failed",
    currentNodeId: failedNodeId,
    metadata: {
      failedReason,
      ...(cancelReason !== undefined && { cancelReason }),
      compensation: { status, undone, failedCount, failed },
    },
  };
}
