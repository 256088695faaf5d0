import type { CancelMessage } from "../contracts/messages.ts";
import { cancelledReason, cancelTransition, isTerminal } from "../engine/index.ts";
import { commitOutside, sendNext } from "./commit-outside.ts";
import { healHead } from "./head.ts";
import { judgeAnew } from "./judge-anew.ts";
import type { Outcome } from "./outcome.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";

/**
 * Cancels a workflow, whatever it is doing: a running step's claim is taken over, so that its result is dropped. A
 * workflow that has ended stays as it is (I10); one that was cancelled answers again.
 */
export function cancelWorkflow(work: WorkContext, { workflowId, reason }: CancelMessage): Promise<Outcome> {
  const { dependencies, logger } = work;
  return judgeAnew(async () => {
    const state = await loadSubject(work, workflowId);
    if (state === undefined) return { type: "refused", code: "not-found", reason: "There is no such workflow" };
    const { snapshot } = state;
    if (isTerminal(snapshot)) {
      await healHead(dependencies, state);
      const isCancelled = snapshot.metadata["failedReason"] === cancelledReason;
      // The first cancellation may have crashed between its commit and its sends.
      if (isCancelled) await sendNext(dependencies, work.sender, state, snapshot);
      return isCancelled
        ? { type: "cancelled", workflowId, version: snapshot.version }
        : { type: "settled", why: "ended" };
    }
    const cancelled = await commitOutside(work, state, cancelTransition(snapshot, reason), work.invocation.by);
    if (cancelled === undefined) return undefined;
    const { version, currentNodeId } = snapshot;
    logger.info("workflow cancelled", { workflowId, version, nodeId: currentNodeId ?? undefined });
    return { type: "cancelled", workflowId, version: cancelled.version };
  });
}
