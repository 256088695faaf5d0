import type { WorkflowStatus } from "../engine/index.ts";

/** A step that is committed: one node run once, and what that made of its workflow. */
export interface StepEnded {
  readonly workflowId: string;
  /** The version that the step began at. */
  readonly version: number;
  readonly definitionId: string;
  readonly nodeId: string | null;
  /** The workflow's status after it; `error` is a retry that is pending. */
  readonly status: WorkflowStatus;
  /** Absent when the step's node did not run: claimed too often, or past the longest duration. */
  readonly attempt?: number | undefined;
  /** From claim to commit, ms. */
  readonly durationMs: number;
}

/** A workflow that has ended, by a step or from outside. */
export interface WorkflowEnded {
  readonly definitionId: string;
  readonly outcome: "completed" | "failed" | "cancelled";
}

/**
 * What operators measure. Each event is told at most once, right after the commit that made it true: a process that ends
 * between the two, or a commit whose answer was lost, is not told of. Carries no payload (I16).
 */
export interface Telemetry {
  stepEnded(step: StepEnded): void;
  workflowEnded(workflow: WorkflowEnded): void;
}
