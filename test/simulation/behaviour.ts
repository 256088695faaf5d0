import type { ChildStart, NodeOutcome, RetryPolicy } from "../../src/engine/index.ts";
import { askForChildren, type FanOut, type JoinedRun, tellJoin } from "./fan-out.ts";

/** A value that holds a text of this length goes to the payload bucket. */
export const bulkBytes = 400;
/** What makes a value large. */
export const bulkText: string = "b".repeat(bulkBytes);

/** How much of a bulky text a value brings; 0 for everything else. */
export function bulkOf(value: unknown): number {
  return typeof value === "object" && value !== null && "bulk" in value ? String(value.bulk).length : 0;
}

/** What a simulated node does; stands in the `data` of its node. */
export interface NodePlan {
  readonly id: string;
  /** Goes into every output: tells the deployments apart (I15). */
  readonly label: string;
  /** How many attempts of each visit throw. */
  readonly fails?: number;
  /** Leaves by these handles in turn, one visit after the other; the last one for good. */
  readonly exits?: readonly string[];
  /** Pauses until it is answered. */
  readonly asks?: {
    /** The pause ends by itself after so many ms. */
    readonly dueInMs?: number;
    /** Makes a resume token and mails it. */
    readonly isMailed: boolean;
  };
  /** Makes its output, and what its pause says, large. */
  readonly isBulky?: true;
  /** How many claims of each version end with the node killing its process. */
  readonly kills?: number;
  /** Waits for these children, each time that it is visited. */
  readonly fanOut?: FanOut;
  /** Starts this workflow, which nobody waits for. */
  readonly detaches?: ChildStart;
}

/** The node types of the simulation, by their retry policies. */
export const retryPolicies: Readonly<Record<"work" | "patient" | "once", RetryPolicy>> = {
  work: { maxAttempts: 4, interval: 5000, backoff: "fixed" },
  patient: { maxAttempts: 3, interval: 3 * 3600 * 1000, backoff: "exponential" },
  once: { maxAttempts: 1, interval: 1000, backoff: "fixed" },
};

/** The text of a failure that the plan wants. */
export const plannedFailure = "planned failure";

/** One run of a node, as far as its plan depends on it. */
export interface PlannedRun {
  /** Earlier results of this node without an error. */
  readonly visit: number;
  readonly attempt: number;
  readonly payload: unknown;
  /** How many results the context holds. */
  readonly seen: number;
  /** How much bulk the input and the outputs before it bring, all of which a node sees whole. */
  readonly bulk: number;
  /** Epoch ms. */
  readonly now: number;
  /** How the children ended that it waited for. */
  readonly joined?: JoinedRun | undefined;
  /** What the step is told besides, as it goes into the output. */
  readonly told?: Told;
}

/** What a step is told of the failure that led to it, and of the visit that it undoes. */
export interface Told {
  readonly caught?: string;
  /** The step key without the workflow's id. */
  readonly undoKey?: string;
  /** How many results there were before the visit that it undoes; of one that timed out nobody knows. */
  readonly undone?: number;
}

/** What tells the output of a visit from that of others. */
export function seenOf(output: unknown): number | undefined {
  return typeof output === "object" && output !== null && "seen" in output ? Number(output.seen) : undefined;
}

/** What a node does in a run: a pure function, so that the nodes and the reference run share it. */
export function behave(plan: NodePlan, run: PlannedRun): NodeOutcome | "throws" {
  const bulk = plan.isBulky ? { bulk: bulkText } : {};
  if (plan.fanOut !== undefined && run.joined === undefined && !isAnswer(run.payload)) {
    return askForChildren(plan.fanOut, { data: { please: plan.id, ...bulk }, now: run.now });
  }
  if (plan.asks !== undefined && !isAnswer(run.payload)) {
    const asked = { data: { please: plan.id, ...bulk }, __pause: true } as const;
    return plan.asks.dueInMs === undefined ? asked : { ...asked, dueAt: run.now + plan.asks.dueInMs };
  }
  if (run.attempt <= (plan.fails ?? 0)) return "throws";
  if (run.joined?.isEarly && !plan.fanOut?.goesOn) return "throws";
  const answer = isAnswer(run.payload) ? { answer: run.payload } : {};
  const detached =
    plan.detaches === undefined ? {} : { detached: detachedSuffix(plan.id, run.visit, run.told?.undoKey) };
  const told = { ...tellJoin(run.joined), ...detached, ...run.told };
  const data = { from: plan.label, visit: run.visit, seen: run.seen, read: run.bulk, ...bulk, ...answer, ...told };
  const nextHandle = plan.exits?.[Math.min(run.visit, plan.exits.length - 1)];
  return nextHandle === undefined ? { data } : { data, nextHandle };
}

/** What follows the workflow's id in the id of the workflow that a visit to a node starts, or the undoing of a visit. */
export function detachedSuffix(nodeId: string, visit: number, undoKey?: string): string {
  return undoKey === undefined ? `:${nodeId}:${visit}` : undoKey.replaceAll("#", ":");
}

function isAnswer(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && ("answer" in payload || "timer" in payload);
}
