import type { CaughtError } from "./definition.ts";

/** The five statuses of Refluxo; a cancelled workflow is `failed` with `metadata.failedReason = "Cancelled"`. */
export type WorkflowStatus = "active" | "paused" | "error" | "completed" | "failed";

/** The result of one attempt at a node. */
export interface NodeResult {
  readonly output: unknown;
  /** Epoch ms at which the attempt ended. */
  readonly timestamp: number;
  readonly error?: string;
  /** What the error calls itself (`errorCodeOf`); with `error` only. */
  readonly errorCode?: string;
  /** The node's final failure, after which the workflow went on by the edge with the handle `error`. */
  readonly caught?: true;
  /** 1 for the first attempt of a visit. */
  readonly attempt: number;
  /** A digest of what the executor received as its data, by a host that makes them: equal inputs have equal ones. */
  readonly inputDigest?: string;
}

/** Every result of every node, in order. */
export interface Context {
  readonly [nodeId: string]: readonly NodeResult[];
}

/** A retry that is pending. */
export interface RetryState {
  readonly nodeId: string;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Epoch ms before which the node must not run again (I9). */
  readonly nextRetryAt?: number;
  /** Epoch ms at which the first attempt of this visit began. */
  readonly firstAttemptAt?: number;
}

/** What a paused workflow waits for. */
export interface Pause {
  readonly nodeId: string;
  /** The `data` of the pausing node: what callers need to know to answer. */
  readonly data?: unknown;
  /** Epoch ms at which the pause ends by itself, if it does. */
  readonly dueAt?: number;
  /** Whether `dueAt` is the end of the node's `pauseTimeoutMs`: then the workflow leaves the node by `timeout`. */
  readonly isTimeout?: true;
  /** The child workflows that it waits for. */
  readonly children?: PauseChildren;
}

/** The child workflows of a pause: lane l runs those at l, l + lanes, l + 2 × lanes, … one after the other. */
export interface PauseChildren {
  readonly count: number;
  /** How many run at the same time. */
  readonly lanes: number;
  /** How many may fail before the pause ends early. */
  readonly toleratedFailures: number;
  /** The `ChildStart`s, or where the host keeps them. */
  readonly starts: unknown;
}

/** How the children of a pause ended. */
export interface Joined {
  /** The version of the pause. */
  readonly version: number;
  readonly count: number;
  readonly lanes: number;
  /** How many failed, of those that had ended. */
  readonly failed: number;
  /** Whether more failed than was tolerated, so that the others were not waited for. */
  readonly isEarly?: true;
  /** The failure that was one too many. */
  readonly firstFailure?: { readonly workflowId: string; readonly error: string };
}

/** The children of a pause that was left before all had ended: they are to be cancelled. */
export interface Abandoned {
  /** The version of the pause. */
  readonly version: number;
  readonly lanes: number;
}

/** A visit to a node that is undone when the workflow fails or is cancelled. */
export interface UndoEntry {
  readonly nodeId: string;
  /** The number of the visit, counted from 0. */
  readonly visit: number;
  /** The node that undoes it. */
  readonly by: string;
}

/** Why a workflow goes to its end. */
export interface EndReason {
  readonly failedReason: string;
  readonly cancelReason?: string;
}

/** A visit that could not be undone. */
export interface CompensationFailure {
  readonly nodeId: string;
  readonly visit: number;
  /** Shortened; the results of the compensating node have it whole. */
  readonly error: string;
}

/** How far the undoing of a workflow is, and what it will end with. */
export interface Compensation extends EndReason {
  /** The node at which the workflow failed or was cancelled. */
  readonly failedNodeId: string | null;
  /** How many visits were undone. */
  readonly undone: number;
  /** How many could not be undone. */
  readonly failedCount: number;
  /** The first 20 of these. */
  readonly failed: readonly CompensationFailure[];
}

/** The whole state of one workflow at one version: the fold of its transitions. */
export interface Snapshot {
  readonly workflowId: string;
  readonly status: WorkflowStatus;
  /** The node that runs next, or that is paused, or that failed; null when the workflow has completed. */
  readonly currentNodeId: string | null;
  readonly context: Context;
  /** 0 at the start; up by exactly 1 with every transition (I1). */
  readonly version: number;
  /** Epoch ms at which the last step began. */
  readonly lastStartedAt?: number;
  /** Milliseconds spent inside steps. */
  readonly totalExecutionTime?: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly retryState?: RetryState;
  /** Steps taken so far; bounded by the definition's `maxSteps`. */
  readonly stepCount?: number;
  /** The payload of the start; stays readable for the whole run. */
  readonly input?: unknown;
  /** The payload that the current node receives, kept until it succeeds or pauses. */
  readonly externalPayload?: unknown;
  readonly pause?: Pause;
  /** How the children ended that the current node waited for; kept until it succeeds or pauses. */
  readonly joined?: Joined;
  /** The newest children that nobody waits for any more. */
  readonly abandoned?: Abandoned;
  /** Epoch ms at which pauses of this visit end by `timeout`: the first one set it, and it holds until the node is left. */
  readonly pauseDeadline?: number;
  /** The failure that led to the current node by an edge with the handle `error`. */
  readonly caughtError?: CaughtError;
  /** What is undone, newest first, when the workflow fails or is cancelled; newest last, absent when empty. */
  readonly undo?: readonly UndoEntry[];
  /** While the workflow is being undone. */
  readonly compensation?: Compensation;
}
