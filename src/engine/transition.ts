import type { NodeResult, Pause, RetryState, WorkflowStatus } from "./snapshot.ts";

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
  /** Set by a resume, a timer, and a failed step that had one; kept while a retry is pending, dropped otherwise. */
  readonly externalPayload?: unknown;
  /** Merged into the snapshot's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Epoch ms at which the step began. */
  readonly startedAt?: number;
  /** Milliseconds that the step took. */
  readonly durationMs?: number;
}
