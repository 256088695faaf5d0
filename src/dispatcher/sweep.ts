import { isTerminal } from "../engine/index.ts";
import type { DueCheck } from "../ports/workflow-store.ts";
import { CoalescingSender } from "./coalescing-sender.ts";
import type { DispatcherDependencies, Invocation } from "./dependencies.ts";
import { mapWithConcurrency } from "./map-with-concurrency.ts";
import { dueAtOf, headFor, isHeadBehind, nextCheckInterval, nextMessage } from "./schedule.ts";
import { loadWorkflow, type WorkflowState } from "./workflow-state.ts";

/** How many due heads one round of the sweeper reads. */
const pageSize = 100;
/** How much of an invocation is left untouched, ms. */
const reserveMs = 5000;

/** Nothing to send, something sent, forestalled by another sweeper or the workflow itself, or not checkable now. */
type CheckResult = "quiet" | "sent" | "skipped" | "failed";

/** What one run of the sweeper did, in workflows. */
export interface SweepReport {
  readonly quiet: number;
  readonly sent: number;
  readonly skipped: number;
  readonly failed: number;
}

/**
 * Looks at every workflow whose `checkAt` has come, and sends what moves it on: a timer or retry that no queue delay
 * reaches, a lost start, a purged message, a step whose owner died. Its reads are hints, its sends are harmless
 * duplicates at worst (I13). A workflow that cannot be checked is logged and does not keep others from their check.
 */
export async function sweep(dependencies: DispatcherDependencies, invocation: Invocation): Promise<SweepReport> {
  const { store, clock, settings, queue } = dependencies;
  const sender = new CoalescingSender(queue);
  const total = { quiet: 0, sent: 0, skipped: 0, failed: 0 };
  while (clock.now() < invocation.deadlineAt - reserveMs) {
    const due = await store.listDue(clock.now(), pageSize);
    const results = await mapWithConcurrency(due, settings.concurrency, (check) =>
      checkOne(dependencies, sender, check),
    );
    for (const result of results) total[result] += 1;
    const hasMoved = results.some((result) => result === "quiet" || result === "sent");
    if (!hasMoved) break;
  }
  return total;
}

async function checkOne(
  dependencies: DispatcherDependencies,
  sender: CoalescingSender,
  { workflowId, checkAt, checkIntervalMs }: DueCheck,
): Promise<CheckResult> {
  const { store, clock, logger } = dependencies;
  try {
    const intervalMs = nextCheckInterval(checkIntervalMs);
    const next = { expected: checkAt, checkAt: clock.now() + intervalMs, checkIntervalMs: intervalMs };
    // Forward first and never away: a crash after this line costs one interval, not the workflow.
    if (!(await store.moveCheck(workflowId, next))) return "skipped";
    const state = await loadWorkflow(dependencies, workflowId);
    return state === undefined ? "quiet" : await moveOn(dependencies, sender, state);
  } catch (error) {
    logger.error("check failed", { workflowId }, error);
    return "failed";
  }
}

async function moveOn(
  { store, clock, logger }: DispatcherDependencies,
  sender: CoalescingSender,
  state: WorkflowState,
): Promise<CheckResult> {
  const { snapshot, open, start } = state;
  const now = clock.now();
  if (isHeadBehind(state.head, snapshot)) await store.writeHead(headFor(state, snapshot, now));
  if (isTerminal(snapshot) || (open?.claim !== undefined && open.claim.expiresAt > now)) return "quiet";
  const { workflowId, version } = snapshot;
  const hasExpired = snapshot.status === "paused" && start.expiresAt <= now;
  const outgoing = hasExpired
    ? { message: { type: "timer" as const, schemaVersion: 1 as const, workflowId, version }, delaySeconds: 0 }
    : nextMessage(snapshot, now);
  // The next look is never later than what the workflow waits for.
  const nearest = Math.min(dueAtOf(snapshot) ?? Number.POSITIVE_INFINITY, start.expiresAt);
  if (nearest > now && Number.isFinite(nearest)) await store.moveCheck(workflowId, { checkAt: nearest });
  if (outgoing === undefined) return "quiet";
  await sender.send(outgoing);
  logger.info("sweeper sent", { workflowId, version, nodeId: snapshot.currentNodeId ?? undefined });
  return "sent";
}
