import type { CancelMessage } from "../contracts/messages.ts";
import { cancelledReason, cancelTransition, isTerminal } from "../engine/index.ts";
import { commitOutside, sendNext } from "./commit-outside.ts";
import { healHead } from "./head.ts";
import { judgeAnew } from "./judge-anew.ts";
import type { Outcome } from "./outcome.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/**
 * Cancels a workflow, whatever it is doing: a running step's claim is taken over, so that its result is dropped. A
 * workflow that has ended, or is being undone, stays as it is (I10); one that was cancelled answers again.
 */
export function cancelWorkflow(work: WorkContext, { workflowId, reason }: CancelMessage): Promise<Outcome> {
  const { logger } = work;
  return judgeAnew(async () => {
    const state = await loadSubject(work, workflowId);
    if (state === undefined) return { type: "refused", code: "not-found", reason: "There is no such workflow" };
    const { snapshot } = state;
    if (isTerminal(snapshot) || snapshot.compensation !== undefined) return answerAgain(work, state);
    const cancelled = await commitOutside(work, state, cancelTransition(snapshot, reason), work.invocation.by);
    if (cancelled === undefined) return undefined;
    const { version, currentNodeId } = snapshot;
    logger.info("workflow cancelled", { workflowId, version, nodeId: currentNodeId ?? undefined });
    return { type: "cancelled", workflowId, version: cancelled.version };
  });
}

async function answerAgain({ dependencies, sender }: WorkContext, state: WorkflowState): Promise<Outcome> {
  const { snapshot, transitions, start } = state;
  await healHead(dependencies, state);
  const reason = snapshot.compensation?.failedReason ?? snapshot.metadata["failedReason"];
  if (reason !== cancelledReason) return { type: "settled", why: "ended" };
  const version = transitions.findLastIndex(({ type }) => type === "cancel") + 1;
  // The first cancel may have crashed between its commit and its send.
  if (version === snapshot.version) await sendNext(dependencies, sender, state, snapshot);
  return { type: "cancelled", workflowId: start.workflowId, version };
}
