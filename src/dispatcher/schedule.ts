import { isTerminal, type Snapshot } from "../engine/index.ts";
import type { OutgoingMessage } from "../ports/step-queue.ts";
import type { Head } from "../ports/workflow-store.ts";
import type { WorkflowState } from "./workflow-state.ts";

const minuteMs = 60_000;
/** The longest delay that SQS takes. */
const maxQueueDelayMs = 900_000;
const firstActiveCheckMs = 5 * minuteMs;
const maxActiveCheckMs = 60 * minuteMs;
const pausedCheckMs = 24 * 60 * minuteMs;

/** How soon the sweeper looks after a transition from outside, in case its send is lost (DESIGN 4). */
export const outsideCheckMs: number = minuteMs;

/** Epoch ms at which a snapshot may move by itself: a retry or a pause with a timer; undefined for all others. */
export function dueAtOf(snapshot: Snapshot): number | undefined {
  if (snapshot.status === "error") return snapshot.retryState?.nextRetryAt;
  if (snapshot.status === "paused") return snapshot.pause?.dueAt;
  return undefined;
}

/**
 * The message that moves a snapshot on: at once when active, delayed while a retry or timer is pending. Undefined
 * when nothing can move it, or when it is due later than a queue delay reaches (the sweeper has it then).
 */
export function nextMessage(snapshot: Snapshot, now: number): OutgoingMessage | undefined {
  const { workflowId, version, status } = snapshot;
  const dueAt = dueAtOf(snapshot);
  if (isTerminal(snapshot) || (status === "paused" && dueAt === undefined)) return undefined;
  const delayMs = Math.max(0, (dueAt ?? now) - now);
  if (delayMs > maxQueueDelayMs) return undefined;
  const type = status === "paused" ? "timer" : "step";
  // Rounded up, so that nothing is received before it is due (I9).
  return { message: { type, schemaVersion: 1, workflowId, version }, delaySeconds: Math.ceil(delayMs / 1000) };
}

/** The head for a snapshot as of now: its status, and when the sweeper is to look at it. */
export function headFor({ start }: Pick<WorkflowState, "start">, snapshot: Snapshot, now: number): Head {
  const { workflowId, definitionId, definitionHash, startedAt, purgeAt } = start;
  const { version, status } = snapshot;
  const head = { workflowId, definitionId, definitionHash, startedAt, purgeAt, version, status };
  if (isTerminal(snapshot)) return { ...head, checkIntervalMs: 0 };
  const checkIntervalMs = status === "paused" ? pausedCheckMs : firstActiveCheckMs;
  const dueAt = dueAtOf(snapshot);
  // A delayed message covers what is due soon; the sweeper follows a minute later, in case it is lost.
  const backstopMs = dueAt !== undefined && dueAt - now <= maxQueueDelayMs ? minuteMs : 0;
  const checkAt = dueAt === undefined ? now + checkIntervalMs : dueAt + backstopMs;
  return { ...head, checkIntervalMs, checkAt: Math.min(checkAt, Math.max(start.expiresAt, now)) };
}

/** Whether the head says something else than the newest snapshot; from active to active it stays as it is. */
export function isHeadBehind(head: Head | undefined, snapshot: Snapshot): boolean {
  if (head === undefined) return true;
  return head.version < snapshot.version && !(head.status === "active" && snapshot.status === "active");
}

/** The liveness interval after this one, ms: it doubles up to an hour; a paused workflow's stays at a day. */
export function nextCheckInterval(intervalMs: number): number {
  return Math.max(intervalMs, Math.min(2 * Math.max(intervalMs, firstActiveCheckMs), maxActiveCheckMs));
}
