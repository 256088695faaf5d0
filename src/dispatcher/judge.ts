import { isTerminal } from "../engine/index.ts";
import type { OutgoingMessage } from "../ports/step-queue.ts";
import { dueAtOf, mayRunUntil, nextMessages } from "./schedule.ts";
import { leaseOf, type WorkflowState } from "./workflow-state.ts";

/** What to do with a delivery of `step` or `timer` (the table of DESIGN 4, in its order). */
export type Verdict =
  /** It can never be valid: to the dead letters, with the reason. */
  | { readonly type: "invalid"; readonly reason: string }
  /** Nothing to do but to send what follows, if anything does; then acknowledge. */
  | { readonly type: "settled"; readonly next?: readonly OutgoingMessage[]; readonly why: string }
  /** Another dispatcher is at it: fail the record and hide its message until then (epoch ms). */
  | { readonly type: "claimed"; readonly until: number }
  /** Claim the newest version and run it; it was begun `claims` times before, `isContinued` when once without a claim. */
  | { readonly type: "run"; readonly claims: number; readonly isContinued: boolean }
  /** The pause is over: commit the timer's transition. */
  | { readonly type: "fire" }
  /** The pause outlived the workflow's longest duration: fail it. */
  | { readonly type: "expire" };

/** Judges a delivery of `step (workflowId, version)`. Pure: the state and the time decide. */
export function judgeStep(state: WorkflowState, version: number, now: number, isReleased = false): Verdict {
  const early = judgeVersion(state, version, now);
  if (early !== undefined) return early;
  const { start, snapshot, open } = state;
  if (snapshot.status === "paused") return { type: "settled", why: "paused" };
  // Past its longest duration nothing is waited for: the step is claimed, and fails the workflow.
  if (isDueLater(state, now) && mayRunUntil(start, snapshot) > now) return notDue(state, now);
  const lease = leaseOf(state, isReleased);
  if (lease !== undefined && lease.expiresAt > now) return { type: "claimed", until: lease.expiresAt };
  return { type: "run", claims: lease?.count ?? 0, isContinued: lease !== undefined && open?.claim === undefined };
}

/** Judges a delivery of `timer (workflowId, version)`. Pure: the state and the time decide. */
export function judgeTimer(state: WorkflowState, version: number, now: number): Verdict {
  const early = judgeVersion(state, version, now);
  if (early !== undefined) return early;
  const { snapshot, start } = state;
  if (snapshot.status !== "paused") return { type: "settled", why: "not paused" };
  if (mayRunUntil(start, snapshot) <= now) return { type: "expire" };
  if (isDueLater(state, now)) return notDue(state, now);
  return dueAtOf(snapshot) === undefined ? { type: "settled", why: "paused" } : { type: "fire" };
}

/** The rows that steps and timers share: a version in the future, a version already passed, the end reached. */
function judgeVersion(state: WorkflowState, version: number, now: number): Verdict | undefined {
  const { start, snapshot, continuation } = state;
  if (version > snapshot.version) {
    return { type: "invalid", reason: `Version ${version} is ahead of the newest, ${snapshot.version}` };
  }
  if (version < snapshot.version) {
    const isNamed = continuation?.from === version;
    const lease = leaseOf(state);
    // The message is the outbox of all that its owner commits, as long as that goes on.
    if (isNamed && state.open === undefined && lease !== undefined && lease.expiresAt > now) {
      return { type: "claimed", until: lease.expiresAt };
    }
    const isNewest = isNamed || version === snapshot.version - 1;
    const next = isNewest ? nextMessages(start, snapshot, now) : [];
    return { type: "settled", why: "already committed", next };
  }
  return isTerminal(snapshot) ? { type: "settled", why: "ended" } : undefined;
}

function isDueLater({ snapshot }: WorkflowState, now: number): boolean {
  const dueAt = dueAtOf(snapshot);
  return dueAt !== undefined && dueAt > now;
}

function notDue({ start, snapshot }: WorkflowState, now: number): Verdict {
  return { type: "settled", why: "not due", next: nextMessages(start, snapshot, now) };
}
