import type {
  ChildResult,
  Joined,
  NodeOutcome,
  PauseChildren,
  Transition,
  WorkflowStatus,
} from "../../src/engine/index.ts";
import type { JoinedRun } from "./fan-out.ts";

/** What the children of a workflow did, which the reference run is told. */
export interface ChildrenAllowances {
  /** What is wrong with a join of the pause at this version; undefined when nothing is. */
  findJoinProblem(version: number, joined: Joined): string | undefined;
  /** How the children of the pause at this version ended, in order. */
  resultsOf(version: number): readonly ChildResult[];
}

/** How the children ended that the current node waited for, from the join until the node is left. */
export class ReferenceFanOut {
  #joined: Joined | undefined;

  /** Takes note of a transition, and of the status that it leads to. */
  advance({ type, joined }: Transition, status: WorkflowStatus): void {
    if (type === "join") this.#joined = joined;
    else if (type === "retry") this.#joined = this.#joined?.isEarly ? undefined : this.#joined;
    else if (status !== "error" && status !== "failed") this.#joined = undefined;
  }

  /** What the node that runs now is told. */
  tell(allowances: ChildrenAllowances): JoinedRun | undefined {
    if (this.#joined === undefined) return undefined;
    const { version, isEarly, failed } = this.#joined;
    return isEarly
      ? { isEarly, failed, results: [] }
      : { isEarly: false, failed, results: allowances.resultsOf(version) };
  }
}

/** The children that a pause waits for, when its node asks for some. */
export function planOf({ children }: NodeOutcome): PauseChildren | undefined {
  if (children === undefined) return undefined;
  const { starts, maxConcurrency, toleratedFailures } = children;
  return { count: starts.length, lanes: Math.min(maxConcurrency, starts.length), toleratedFailures, starts };
}
