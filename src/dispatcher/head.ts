import { isTerminal, type Snapshot } from "../engine/index.ts";
import type { Head } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import { firstCheckInterval, nextCheckAt, outsideCheckMs } from "./schedule.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** How much of the reason of a failure a list shows, characters. */
const maxReasonLength = 200;

/** The head for a snapshot as of now: its status, and when the sweeper is to look at it. */
export function headFor({ start }: Pick<WorkflowState, "start">, snapshot: Snapshot, now: number): Head {
  const { workflowId, definitionId, definitionHash, startedAt, purgeAt, tags } = start;
  const { version, status, metadata } = snapshot;
  const head = {
    ...{ workflowId, definitionId, definitionHash, startedAt, purgeAt, version, status },
    ...(tags !== undefined && { tags }),
    ...(status === "failed" && { failedReason: String(metadata["failedReason"]).slice(0, maxReasonLength) }),
  };
  // An ended workflow whose children may run on is looked at until they do not (sweep.ts).
  if (isTerminal(snapshot) && snapshot.abandoned === undefined) return { ...head, checkIntervalMs: 0 };
  const checkIntervalMs = firstCheckInterval(snapshot);
  return { ...head, checkIntervalMs, checkAt: nextCheckAt(start, snapshot, now, checkIntervalMs) };
}

/**
 * Rewrites the head when it may say something else than the snapshot; while all is active it stays as it is. Returns the
 * head that it wrote, if it did.
 */
export async function healHead(
  { store, clock }: Pick<DispatcherParts, "store" | "clock">,
  state: WorkflowState,
  snapshot: Snapshot = state.snapshot,
): Promise<Head | undefined> {
  if (!isHeadBehind(state, snapshot)) return undefined;
  const head = headFor(state, snapshot, clock.now());
  return (await store.writeHead(head)) ? head : undefined;
}

/**
 * Writes the head of a snapshot that a transition from outside made, whatever the head said before: the head of the
 * step before may still be on its way, and must find a newer one. The sweeper looks within a minute (DESIGN 4).
 */
export async function writeOutsideHead(
  { store, clock }: Pick<DispatcherParts, "store" | "clock">,
  state: WorkflowState,
  snapshot: Snapshot,
): Promise<void> {
  const now = clock.now();
  const { checkAt, ...head } = headFor(state, snapshot, now);
  const soon = checkAt === undefined ? {} : { checkAt: Math.min(checkAt, now + outsideCheckMs) };
  await store.writeHead({ ...head, ...soon });
}

function isHeadBehind({ head, restedAt }: WorkflowState, snapshot: Snapshot): boolean {
  if (head === undefined) return true;
  if (head.version >= snapshot.version) return false;
  return snapshot.status !== "active" || !isStillActive(head, restedAt);
}

/**
 * Whether a head that speaks for an older version says all that matters: it says "active", and all was active since. If
 * not, a head from between may be on its way, or was written while these transitions were read.
 */
export function isStillActive(head: Head, restedAt: number): boolean {
  return head.status === "active" && restedAt <= head.version;
}
