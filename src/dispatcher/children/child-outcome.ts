import { isTerminal, type Transition } from "../../engine/index.ts";
import type { PauseKey } from "../../ports/child-records.ts";
import type { StoredStart, ValueReference } from "../../ports/workflow-store.ts";
import { LargeValue } from "../large-value.ts";
import type { WorkflowState } from "../workflow-state.ts";

/** How a child ended, as its parent keeps it. */
export interface ChildOutcome {
  readonly schemaVersion: 1;
  readonly workflowId: string;
  readonly status: "completed" | "failed";
  /** Of its last step. */
  readonly output?: unknown;
  /** Where a large output lies. */
  readonly outputReference?: ValueReference;
  readonly error?: string;
  /** How many children of its lane failed up to here, this one included. */
  readonly failures: number;
}

/** How much of a failed child's reason its parent keeps, characters. */
const maxErrorLength = 500;

/** How a child ended; undefined when it has not, or is not the child of that place. */
export function outcomeOf(
  { start, snapshot, transitions }: WorkflowState,
  pause: PauseKey,
  index: number,
): ChildOutcome | undefined {
  if (!isTerminal(snapshot) || !isChildOf(start, pause, index)) return undefined;
  const { workflowId, parent } = start;
  const before = parent?.failuresBefore ?? 0;
  if (snapshot.status === "failed") {
    return failedOutcome(workflowId, String(snapshot.metadata["failedReason"]), before + 1);
  }
  const last = transitions.findLast(({ type }) => type === "step");
  return { schemaVersion: 1, workflowId, status: "completed", ...describeOutput(last), failures: before };
}

/** A child that failed; `failures` counts those of its lane up to here. */
export function failedOutcome(workflowId: string, error: string, failures: number): ChildOutcome {
  return { schemaVersion: 1, workflowId, status: "failed", error: error.slice(0, maxErrorLength), failures };
}

/** Whether a workflow was started as the child of that place: somebody may have taken its id for another. */
export function isChildOf(
  { parent }: Pick<StoredStart, "parent">,
  { workflowId, version }: PauseKey,
  index: number,
): boolean {
  return parent?.workflowId === workflowId && parent.version === version && parent.index === index;
}

function describeOutput(last: Transition | undefined): Pick<ChildOutcome, "output" | "outputReference"> {
  const output = last?.result?.output;
  if (output instanceof LargeValue) return { outputReference: output.reference };
  return output === undefined ? {} : { output };
}

/** An outcome as it is kept; only `settleChild` makes what is. */
export function decodeOutcome(result: string): ChildOutcome {
  return JSON.parse(result) as ChildOutcome;
}
