import { appendResult } from "./context.ts";
import type { NodeResult, Pause, RetryState, Snapshot, WorkflowStatus } from "./snapshot.ts";

/**
 * What one transition changed: version v to v+1. This value is what the store keeps, so it holds nothing that
 * earlier transitions hold already; a snapshot is the fold of its transitions.
 */
export interface Transition {
  readonly schemaVersion: 1;
  /** What made it: a step, or one of the transitions from outside. */
  readonly type: "step" | "resume" | "timer" | "cancel" | "fail";
  /** The node that ran, or that was current. */
  readonly nodeId: string | null;
  readonly status: WorkflowStatus;
  readonly currentNodeId: string | null;
  /** Appended to `context[nodeId]`. */
  readonly result?: NodeResult;
  readonly retryState?: RetryState;
  readonly pause?: Pause;
  /**
   * Set by a resume, a timer, and a failed step that had one of its own; kept while a retry is pending (so the retry
   * does not write it again), dropped otherwise.
   */
  readonly externalPayload?: unknown;
  /** Merged into the snapshot's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Epoch ms at which the step began. */
  readonly startedAt?: number;
  /** Milliseconds that the step took. */
  readonly durationMs?: number;
}

/** The snapshot after a transition: a new value at the next version, which shares all that did not change (I1). */
export function applyTransition(snapshot: Snapshot, transition: Transition): Snapshot {
  const next = advanceState(snapshot, transition);
  if (transition.result === undefined || transition.nodeId === null) return next;
  return { ...next, context: appendResult(snapshot.context, transition.nodeId, transition.result) };
}

/** Everything that a transition changes but the context, which the fold builds once for all of its transitions. */
export function advanceState(snapshot: Snapshot, transition: Transition): Snapshot {
  const { retryState: _retry, pause: _pause, externalPayload, ...kept } = snapshot;
  const carried = transition.status === "error" ? externalPayload : undefined;
  const payload = transition.externalPayload === undefined ? carried : transition.externalPayload;
  return {
    ...kept,
    status: transition.status,
    currentNodeId: transition.currentNodeId,
    version: snapshot.version + 1,
    metadata: transition.metadata === undefined ? snapshot.metadata : { ...snapshot.metadata, ...transition.metadata },
    ...(transition.type === "step" && { stepCount: (snapshot.stepCount ?? 0) + 1 }),
    ...(transition.startedAt !== undefined && { lastStartedAt: transition.startedAt }),
    ...(transition.durationMs !== undefined && {
      totalExecutionTime: (snapshot.totalExecutionTime ?? 0) + transition.durationMs,
    }),
    ...(transition.retryState !== undefined && { retryState: transition.retryState }),
    ...(transition.pause !== undefined && { pause: transition.pause }),
    ...(payload !== undefined && { externalPayload: payload }),
  };
}
