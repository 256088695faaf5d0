import type { ChildResult, ChildStart, NodeOutcome } from "../../src/engine/index.ts";

/** The children that a simulated node waits for. */
export interface FanOut {
  readonly starts: readonly ChildStart[];
  readonly maxConcurrency: number;
  readonly toleratedFailures: number;
  /** The pause ends by itself after so many ms, whatever became of the children. */
  readonly dueInMs?: number;
  /** Goes on when too many have failed, instead of throwing. */
  readonly goesOn?: true;
}

/** How the children of a run ended, as far as what it does depends on it. */
export interface JoinedRun {
  readonly isEarly: boolean;
  /** How many failed. */
  readonly failed: number;
  /** In order; none when the join was early, as which of them had ended depends on the schedule. */
  readonly results: readonly ChildResult[];
}

/** The pause of a node that asks for its children. */
export function askForChildren(
  { starts, maxConcurrency, toleratedFailures, dueInMs }: FanOut,
  { data, now }: { readonly data: unknown; readonly now: number },
): NodeOutcome {
  const children = { starts, maxConcurrency, toleratedFailures };
  return { data, __pause: true, children, ...(dueInMs !== undefined && { dueAt: now + dueInMs }) };
}

/** What a node puts into its output of how its children ended. */
export function tellJoin(joined: JoinedRun | undefined): object {
  if (joined === undefined) return {};
  const { isEarly, failed, results } = joined;
  return isEarly ? { isEarly } : { failed, results };
}
