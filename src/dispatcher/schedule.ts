import { type Abandoned, isTerminal, type Snapshot } from "../engine/index.ts";
import type { OutgoingMessage } from "../ports/step-queue.ts";
import type { StoredStart } from "../ports/workflow-store.ts";

const minuteMs = 60_000;
/** The longest delay that SQS takes. */
const maxQueueDelayMs = 900_000;
const pausedCheckMs = 24 * 60 * minuteMs;

/** The longest interval between the sweeper's looks at a workflow that is not idle, ms. */
export const maxActiveCheckMs: number = 60 * minuteMs;
/** How long an active workflow may be silent before the sweeper looks at it, ms; also the sweeper's lease on a check. */
export const firstActiveCheckMs: number = 5 * minuteMs;
/** How soon the sweeper looks after a transition from outside, in case its send is lost, ms (DESIGN 4). */
export const outsideCheckMs: number = minuteMs;

/** Epoch ms at which a snapshot may move by itself: a retry or a pause with a timer; undefined for all others. */
export function dueAtOf(snapshot: Snapshot): number | undefined {
  if (snapshot.status === "error") return snapshot.retryState?.nextRetryAt;
  if (snapshot.status === "paused") return snapshot.pause?.dueAt;
  return undefined;
}

/**
 * The messages that follow a snapshot, none when it waits for somebody else: what moves it on, what brings its children
 * in line with it, and what tells its parent of its end.
 */
export function nextMessages(start: StoredStart, snapshot: Snapshot, now: number): readonly OutgoingMessage[] {
  const messages = [nextMessage(start, snapshot, now), childrenMessage(snapshot)].filter(
    (message) => message !== undefined,
  );
  return isTerminal(snapshot) ? [...messages, ...childMessages(start)] : messages;
}

/** Starts children when their pause begins, and cancels them when it ended before they did. */
function childrenMessage(snapshot: Snapshot): OutgoingMessage | undefined {
  const { workflowId, version, pause } = snapshot;
  if (pause?.children !== undefined) return lanesMessage(workflowId, { version, lanes: pause.children.lanes });
  return isJustAbandoned(snapshot) ? lanesMessage(workflowId, snapshot.abandoned) : undefined;
}

/** Whether the newest transition left children to be cancelled. */
export function isJustAbandoned(snapshot: Snapshot): snapshot is Snapshot & { readonly abandoned: Abandoned } {
  return snapshot.abandoned?.version === snapshot.version - 1;
}

/** The message that brings all lanes of a pause in line with it. */
export function lanesMessage(workflowId: string, { version, lanes }: Abandoned): OutgoingMessage {
  return {
    message: { type: "children", schemaVersion: 1, workflowId, version, first: 0, count: lanes },
    delaySeconds: 0,
  };
}

/** What lets a workflow's parent, if it has one, look after it. */
export function childMessages({ parent }: StoredStart): readonly OutgoingMessage[] {
  if (parent === undefined) return [];
  const { workflowId, version, index } = parent;
  return [{ message: { type: "child-ended", schemaVersion: 1, workflowId, version, index }, delaySeconds: 0 }];
}

/**
 * Epoch ms until which a workflow may run: its longest duration, or while it is being undone the middle between that and
 * the end of its retention, so that there is time to undo what took too long, and time to read what became of it.
 */
export function mayRunUntil({ expiresAt, purgeAt }: StoredStart, { compensation }: Snapshot): number {
  return compensation === undefined ? expiresAt : Math.floor((expiresAt + purgeAt) / 2);
}

/**
 * The message that moves a snapshot on: at once when active or past its longest duration (which then fails it),
 * delayed while a retry or timer is pending. Undefined when nothing can move it, or when it is due later than a queue
 * delay reaches (the sweeper has it then).
 */
function nextMessage(start: StoredStart, snapshot: Snapshot, now: number): OutgoingMessage | undefined {
  const { workflowId, version, status } = snapshot;
  if (isTerminal(snapshot)) return undefined;
  const message = { type: status === "paused" ? "timer" : "step", schemaVersion: 1, workflowId, version } as const;
  if (mayRunUntil(start, snapshot) <= now) return { message, delaySeconds: 0 };
  const dueAt = dueAtOf(snapshot);
  if (dueAt === undefined) return status === "paused" ? undefined : { message, delaySeconds: 0 };
  const delayMs = Math.max(0, dueAt - now);
  // Rounded up, so that nothing is received before it is due (I9).
  return delayMs > maxQueueDelayMs ? undefined : { message, delaySeconds: Math.ceil(delayMs / 1000) };
}

/** The interval of the sweeper's looks at a snapshot that nothing else moves, ms. */
export function firstCheckInterval(snapshot: Snapshot): number {
  return isIdle(snapshot) ? pausedCheckMs : firstActiveCheckMs;
}

function isIdle(snapshot: Snapshot): boolean {
  const { status, pause } = snapshot;
  return status === "paused" && pause?.children === undefined && dueAtOf(snapshot) === undefined;
}

/** The interval after this one, ms: it doubles up to an hour, and up to a day while a pause is idle. */
export function nextCheckInterval(snapshot: Snapshot, intervalMs: number): number {
  const longestMs = isIdle(snapshot) ? pausedCheckMs : maxActiveCheckMs;
  return Math.max(intervalMs, Math.min(2 * Math.max(intervalMs, firstActiveCheckMs), longestMs));
}

/**
 * Epoch ms of the sweeper's next look: when the snapshot is due, else after the interval; never later than the end
 * of the longest duration.
 */
export function nextCheckAt(start: StoredStart, snapshot: Snapshot, now: number, intervalMs: number): number {
  const dueAt = dueAtOf(snapshot);
  // What is past its longest duration has to end, whatever it waits for.
  const endsAt = mayRunUntil(start, snapshot);
  const isOver = endsAt <= now;
  const isDueLater = !isOver && dueAt !== undefined && dueAt > now;
  // A delayed message covers what is due soon; the sweeper follows a minute later, in case it is lost.
  const backstopMs = isDueLater && dueAt - now <= maxQueueDelayMs ? minuteMs : 0;
  const dueCheckAt = isDueLater ? dueAt + backstopMs : Number.POSITIVE_INFINITY;
  // Children that wait for a lost message are looked after at intervals, whenever their pause is due.
  const isIntervalKept = !isDueLater || snapshot.pause?.children !== undefined;
  const checkAt = Math.min(dueCheckAt, isIntervalKept ? now + intervalMs : Number.POSITIVE_INFINITY);
  return isOver ? checkAt : Math.min(checkAt, endsAt);
}
