import { isTerminal } from "../engine/index.ts";
import type { DueCheck } from "../ports/workflow-store.ts";
import { followersOf, looseChildren } from "./children/sweep-children.ts";
import { CoalescingSender } from "./coalescing-sender.ts";
import { sendInOrder } from "./commit-outside.ts";
import type { DispatcherParts, Invocation } from "./dependencies.ts";
import { healHead } from "./head.ts";
import { loadWorkflow } from "./load-workflow.ts";
import { mapWithConcurrency } from "./map-with-concurrency.ts";
import { firstActiveCheckMs, maxActiveCheckMs, nextCheckAt, nextCheckInterval } from "./schedule.ts";
import { leaseOf, type WorkflowState } from "./workflow-state.ts";

/** How many due heads one round of the sweeper reads: many, since a round asks every shard. */
const pageSize = 500;
/** How much of an invocation is left untouched, ms. */
const reserveMs = 5000;

/**
 * Nothing to send; something sent; forestalled by another sweeper or by the workflow itself; not checkable now, and
 * leased until the next try; or not even leased.
 */
type CheckResult = "quiet" | "sent" | "skipped" | "failed" | "unreached";

/** What the sweeper works with; it reads no large value and signs nothing. */
export type SweepParts = Pick<
  DispatcherParts,
  "store" | "queue" | "clock" | "logger" | "definitions" | "settings" | "folds" | "pauses"
>;

/** What one run of the sweeper did, in workflows. */
export type SweepReport = Readonly<Record<CheckResult, number>>;

/**
 * Looks at every workflow whose `checkAt` has come, and sends what moves it on: a timer or retry that no queue delay
 * reaches, a lost start, a purged message, a step whose owner died. Its reads are hints, its sends are harmless
 * duplicates at worst (I13). A workflow that cannot be checked is logged and does not keep others from their check.
 */
export async function sweep(dependencies: SweepParts, invocation: Invocation): Promise<SweepReport> {
  const { store, clock, settings, queue } = dependencies;
  const sender = new CoalescingSender(queue);
  const total = { quiet: 0, sent: 0, skipped: 0, failed: 0, unreached: 0 };
  const hasTime = () => clock.now() < invocation.deadlineAt - reserveMs;
  while (hasTime()) {
    const due = await store.listDue(clock.now(), pageSize);
    // What a page has and the time does not allow is due still.
    const results = await mapWithConcurrency(due, settings.concurrency, async (check) =>
      hasTime() ? [await checkOne(dependencies, sender, check)] : [],
    );
    for (const result of results.flat()) total[result] += 1;
    // What was leased is not listed again; a page of which nothing was leased would come back as it is.
    if (results.flat().every((result) => result === "skipped" || result === "unreached")) break;
  }
  return total;
}

async function checkOne(
  dependencies: SweepParts,
  sender: CoalescingSender,
  { workflowId, checkAt, checkIntervalMs }: DueCheck,
): Promise<CheckResult> {
  const { store, clock, logger } = dependencies;
  let result: CheckResult = "unreached";
  try {
    // Forward first and never away: whatever fails after this line costs the lease, not the workflow.
    const leaseUntil = clock.now() + firstActiveCheckMs;
    if (!(await store.moveCheck(workflowId, { type: "onward", expected: checkAt, checkAt: leaseUntil })))
      return "skipped";
    result = "failed";
    const state = await loadWorkflow(dependencies, workflowId);
    const next = state === undefined ? undefined : await moveOn(dependencies, sender, state, checkAt);
    if (state !== undefined) {
      const intervalMs = next?.isLively ? checkIntervalMs : nextCheckInterval(state.snapshot, checkIntervalMs);
      const checkAt = nextCheckAt(state.start, state.snapshot, clock.now(), intervalMs);
      // An ended workflow has a check only while a retry may still be on its way (commit-outside.ts).
      const isDone = isTerminal(state.snapshot) && checkIntervalMs >= maxActiveCheckMs;
      await store.moveCheck(
        workflowId,
        isDone
          ? { type: "away", expected: leaseUntil }
          : { type: "onward", expected: leaseUntil, checkAt, checkIntervalMs: intervalMs },
      );
    }
    return next?.hasSent ? "sent" : "quiet";
  } catch (error) {
    logger.error("check failed", { workflowId }, error);
    return result;
  }
}

async function moveOn(
  dependencies: SweepParts,
  sender: CoalescingSender,
  state: WorkflowState,
  dueAt: number,
): Promise<{ hasSent: boolean; isLively: boolean }> {
  const { snapshot } = state;
  const now = dependencies.clock.now();
  await healHead(dependencies, state);
  const isClaimed = (leaseOf(state)?.expiresAt ?? 0) > now;
  // A step that began a moment ago has its message; another one would only follow it to the end.
  const last = state.transitions.at(-1);
  const hasJustStepped =
    snapshot.status === "active" && last?.type === "step" && (last.startedAt ?? 0) > now - firstActiveCheckMs;
  const loose = looseChildren(state, dueAt);
  await sender.sendAll(loose);
  const isResting = isTerminal(snapshot) || isClaimed || hasJustStepped;
  const outgoing = isResting ? [] : await followersOf(dependencies, state, now);
  await sendInOrder(sender, outgoing);
  const hasSent = outgoing.length + loose.length > 0;
  if (!hasSent) return { hasSent, isLively: hasJustStepped };
  const { workflowId, version, currentNodeId } = snapshot;
  dependencies.logger.info("sweeper sent", { workflowId, version, nodeId: currentNodeId ?? undefined });
  return { hasSent, isLively: hasJustStepped };
}
