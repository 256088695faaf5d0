import { advanceCompensation } from "./compensation.ts";
import { appendResult } from "./context.ts";
import type { Draft } from "./draft.ts";
import type {
  EndReason,
  Joined,
  NodeResult,
  Pause,
  RetryState,
  Snapshot,
  UndoEntry,
  WorkflowStatus,
} from "./snapshot.ts";
import { changesUndo, changeUndo, withUndo } from "./undo-list.ts";
import { keptOfVisit } from "./visit.ts";

/**
 * What one transition changed: version v to v+1. This value is what the store keeps, so it holds nothing that
 * earlier transitions hold already; a snapshot is the fold of its transitions.
 */
export interface Transition {
  readonly schemaVersion: 1;
  /** What made it: a step, or one of the transitions from outside. */
  readonly type: "step" | "resume" | "timer" | "join" | "cancel" | "fail" | "retry" | "erase";
  /** The node that ran, or that was current. */
  readonly nodeId: string | null;
  readonly status: WorkflowStatus;
  readonly currentNodeId: string | null;
  /** Appended to `context[nodeId]`. */
  readonly result?: NodeResult;
  readonly retryState?: RetryState;
  readonly pause?: Pause;
  /** Epoch ms; set by the first pause of a visit to a node that has a `pauseTimeoutMs`. */
  readonly pauseDeadline?: number;
  /** The node that undoes this visit, if the workflow fails or is cancelled later; with the number of the visit. */
  readonly compensateBy?: string;
  /** The number of the visit that was completed, counted from 0; with `compensateBy` only. */
  readonly visit?: number;
  /** Why the workflow fails or was cancelled, when it is undone first. */
  readonly compensation?: EndReason;
  /** The visit whose compensation this was, well or for good badly. */
  readonly compensates?: Pick<UndoEntry, "nodeId" | "visit">;
  /**
   * Set by a resume, a timer, and a failed step that had one of its own; kept from there while the node may run again
   * (so that a retry does not write it again), dropped when it succeeds or pauses.
   */
  readonly externalPayload?: unknown;
  /** Of a join: how the children ended. */
  readonly joined?: Joined;
  /** Merged into the snapshot's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Who asked for it, when somebody outside did, as the host names callers. */
  readonly by?: string;
  /** Epoch ms at which a transition from outside was made. */
  readonly at?: number;
  /** Epoch ms at which the step began. */
  readonly startedAt?: number;
  /** Milliseconds that the step took. */
  readonly durationMs?: number;
}

/** The snapshot after a transition: a new value at the next version, which shares all that did not change (I1). */
export function applyTransition(snapshot: Snapshot, transition: Transition): Snapshot {
  const { nodeId, result } = transition;
  const next = advance(snapshot, transition);
  if (result !== undefined && nodeId !== null) next.context = appendResult(snapshot.context, nodeId, result);
  const hasUndo = snapshot.undo !== undefined || transition.compensateBy !== undefined;
  if (!hasUndo || !changesUndo(transition)) return next;
  const undo = [...(snapshot.undo ?? [])];
  changeUndo(undo, transition);
  return withUndo(next, undo);
}

/** Everything that a transition changes but the two lists, context and undo, which the fold builds once for all of its transitions. */
export function advanceState(snapshot: Snapshot, transition: Transition): Snapshot {
  return advance(snapshot, transition);
}

function advance(snapshot: Snapshot, transition: Transition): Draft<Snapshot> {
  const { pause, compensation: before } = snapshot;
  const { type, startedAt, durationMs, retryState, pause: begun } = transition;
  const next: Draft<Snapshot> = {
    ...withoutVisit(snapshot),
    status: transition.status,
    currentNodeId: transition.currentNodeId,
    version: snapshot.version + 1,
    metadata: advanceMetadata(snapshot.metadata, transition),
  };
  // One after the other, since to spread what is mostly absent costs more than all the rest.
  if (type === "step") next.stepCount = (snapshot.stepCount ?? 0) + 1;
  if (startedAt !== undefined) next.lastStartedAt = startedAt;
  if (durationMs !== undefined) next.totalExecutionTime = (snapshot.totalExecutionTime ?? 0) + durationMs;
  if (retryState !== undefined) next.retryState = retryState;
  if (begun !== undefined) next.pause = begun;
  const carried = keepsPayload(transition) ? snapshot.externalPayload : undefined;
  const payload = transition.externalPayload === undefined ? carried : transition.externalPayload;
  if (payload !== undefined) next.externalPayload = payload;
  const joined = transition.joined ?? carriedJoin(snapshot, transition);
  if (joined !== undefined) next.joined = joined;
  if (pause?.children !== undefined) Object.assign(next, abandon(snapshot.version, pause.children.lanes, transition));
  const { caughtError, pauseDeadline } = keptOfVisit(snapshot, transition);
  if (caughtError !== undefined) next.caughtError = caughtError;
  if (pauseDeadline !== undefined) next.pauseDeadline = pauseDeadline;
  const compensation = advanceCompensation(before, transition);
  if (compensation !== undefined) next.compensation = compensation;
  return next;
}

/** A snapshot without what it keeps of a visit, which the next one has only if it keeps it too. */
function withoutVisit(snapshot: Snapshot): Snapshot {
  if (isBare(snapshot)) return snapshot;
  const { retryState: _retry, pause: _pause, externalPayload: _payload, joined: _joined, ...others } = snapshot;
  const { caughtError: _caught, pauseDeadline: _deadline, compensation: _compensation, ...kept } = others;
  return kept;
}

function isBare(snapshot: Snapshot): boolean {
  return !(
    "retryState" in snapshot ||
    "pause" in snapshot ||
    "externalPayload" in snapshot ||
    "joined" in snapshot ||
    "caughtError" in snapshot ||
    "pauseDeadline" in snapshot ||
    "compensation" in snapshot
  );
}

/** A retry of what failed for its children starts them anew; any other goes on with how they ended. */
function carriedJoin({ joined }: Snapshot, transition: Transition): Joined | undefined {
  return joined === undefined || !keepsPayload(transition) || (transition.type === "retry" && joined.isEarly)
    ? undefined
    : joined;
}

/** Children are abandoned by whatever ends their pause but their own end. */
function abandon(version: number, lanes: number, { joined }: Transition): Pick<Snapshot, "abandoned"> {
  return joined !== undefined && joined.isEarly === undefined ? {} : { abandoned: { version, lanes } };
}

/** Whether the node that has the payload may still run with it: a retry is pending, made, or may be asked for. */
export function keepsPayload({ type, status }: Pick<Transition, "type" | "status">): boolean {
  return status === "error" || status === "failed" || type === "retry";
}

function advanceMetadata(
  metadata: Snapshot["metadata"],
  { type, metadata: changed }: Transition,
): Snapshot["metadata"] {
  if (type !== "retry") return changed === undefined ? metadata : { ...metadata, ...changed };
  const { failedReason: _reason, cancelReason: _cancelReason, ...kept } = metadata;
  return kept;
}
