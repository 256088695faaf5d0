/** Names a pause that waits for child workflows. */
export interface PauseKey {
  readonly workflowId: string;
  /** The version of the pause. */
  readonly version: number;
}

/** How one child ended, as JSON text, and its place among the children of its pause. */
export interface StoredChildResult {
  readonly index: number;
  readonly result: string;
}

/** How far one lane has come. */
export interface LaneState {
  readonly lane: number;
  /** The place of the last child that this speaks for. */
  readonly index: number;
  /** How many children of the lane have failed. */
  readonly failures: number;
  readonly isDone: boolean;
}

/**
 * How the children of pauses ended. A lane runs its children one after the other, so it has a writer at a time, and
 * nothing is counted in one place: no key takes more than the children of one lane, or the states of one group of
 * lanes. Every read is strongly consistent, every write may be made again. Every method throws a retryable
 * `RefluxoError` when the store cannot be reached.
 */
export interface ChildRecords {
  /** Keeps the result of a child unless there is one; returns the one that holds. `purgeAt`: epoch ms. */
  putResult(pause: PauseKey, lane: number, stored: StoredChildResult, purgeAt: number): Promise<string>;
  /** The result in a lane with the greatest index; undefined when none of its children has ended. */
  lastResult(pause: PauseKey, lane: number): Promise<StoredChildResult | undefined>;
  /** At most `limit` results of a lane from an index on, ascending. */
  readResults(pause: PauseKey, lane: number, from: number, limit: number): Promise<readonly StoredChildResult[]>;
  /** Keeps the state of a lane, unless one is kept that speaks for as many children or more. `purgeAt`: epoch ms. */
  putLane(pause: PauseKey, state: LaneState, purgeAt: number): Promise<void>;
  /** The states that are kept of the lanes of a group (contracts/lane-groups.ts). */
  readLanes(pause: PauseKey, group: number): Promise<readonly LaneState[]>;
}
