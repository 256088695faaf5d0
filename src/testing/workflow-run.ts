import type { HistoryEntry } from "../dispatcher/index.ts";
import type { WorkflowStatus } from "../engine/index.ts";
import type { Refusal } from "./answer-pauses.ts";
import type { Effect } from "./effects.ts";

/** One visit to a node, retries and a pause included. */
export interface PathStep {
  readonly nodeId: string;
  /** The handle that it left by; absent for the default exit, and while it has not left. */
  readonly handle?: string;
  /** The attempts of this visit; those that died with their process count as well. */
  readonly attempts: number;
}

/** One attempt that failed. */
export interface FailedAttempt {
  readonly nodeId: string;
  readonly attempt: number;
  readonly error: string;
}

/** One result of a node, as nodes after it see it. */
export interface RunResult {
  readonly output: unknown;
  readonly error?: string;
  readonly attempt: number;
}

/** What became of one workflow: plain data, for any test library. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly definitionId: string;
  /** `active` or `error` when it came to rest without an end, which a sweeper would have seen to. */
  readonly status: WorkflowStatus;
  readonly version: number;
  /** The visits to nodes, in order. */
  readonly path: readonly PathStep[];
  /** The nodes of the path. */
  readonly nodeIds: readonly string[];
  /** The last output of every node that succeeded. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Every result of every node, in order. */
  readonly results: Readonly<Record<string, readonly RunResult[]>>;
  /** Every attempt that failed, in order. */
  readonly errors: readonly FailedAttempt[];
  /** Why it failed or was cancelled. */
  readonly failedReason?: string;
  /** What became of the undoing of a workflow that failed or was cancelled (`metadata.compensation`). */
  readonly compensation?: unknown;
  /** What it waits for when it is paused; `dueAt` in epoch ms. */
  readonly pause?: { readonly nodeId: string; readonly data?: unknown; readonly dueAt?: number };
  /** From its start to its last transition, in ms of the simulated clock. */
  readonly elapsedMs: number;
  /** Its transitions, oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** What became of the workflow that a test ran, and of all around it. */
export interface TestRun extends WorkflowRun {
  /** The workflows that it started, and they started, in the order of their start. */
  readonly children: readonly WorkflowRun[];
  /** What the fakes recorded, in order. */
  readonly effects: readonly Effect[];
  /** What stands in the nodes' buckets, as text, by `<bucket>/<key>`. */
  readonly objects: Readonly<Record<string, string>>;
  /** Answers of the script that were refused. */
  readonly refusals: readonly Refusal[];
  /** Why messages went to the dead-letter queue; none in a healthy run. */
  readonly deadLetters: readonly string[];
  /** How often a process died. */
  readonly crashes: number;
}
