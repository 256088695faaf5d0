/** The five statuses of Refluxo; a cancelled workflow is `failed` with `metadata.failedReason = "Cancelled"`. */
export type WorkflowStatus = "active" | "paused" | "error" | "completed" | "failed";

/** The result of one attempt at a node. */
export interface NodeResult {
  readonly output: unknown;
  /** Epoch ms at which the attempt ended. */
  readonly timestamp: number;
  readonly error?: string;
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
}

/** What a paused workflow waits for. */
export interface Pause {
  readonly nodeId: string;
  /** The `data` of the pausing node: what callers need to know to answer. */
  readonly data?: unknown;
  /** Epoch ms at which the pause ends by itself, if it does. */
  readonly dueAt?: number;
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
}
