import type { StepMessage, TimerMessage } from "../contracts/messages.ts";
import { failTransition, type Transition } from "../engine/index.ts";
import { readCarried } from "./carried-state.ts";
import { commitOutside, sendInOrder } from "./commit-outside.ts";
import { healHead } from "./head.ts";
import { judgeStep, judgeTimer, type Verdict } from "./judge.ts";
import { judgeAnew } from "./judge-anew.ts";
import { glanceAtWorkflow } from "./load-workflow.ts";
import { type Outcome, refused } from "./outcome.ts";
import { fieldsOf, runSteps, stepped } from "./run-steps.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** Works off one delivery of `step` or `timer`: load, judge, act. Throws when it has to be delivered again. */
export async function dispatchMessage(work: WorkContext, message: StepMessage | TimerMessage): Promise<Outcome> {
  const { dependencies } = work;
  const judge = (state: WorkflowState) => judgeNow(state, message, dependencies.clock.now());
  const hint = message.type === "step" ? await readHint(work, message) : undefined;
  const early = hint && judge(hint);
  // Nothing but a claim on a version that nobody began may come of a hint: the claim fails when that is not so.
  if (hint !== undefined && early?.type === "run" && early.claims === 0) {
    work.subject.nodeId = hint.snapshot.currentNodeId ?? undefined;
    const outcome = await runSteps(work, hint, early);
    if (outcome !== undefined) return outcome;
  }
  return judgeAnew(async () => {
    const state = await loadSubject(work, message.workflowId);
    if (state === undefined) return judgeMissing(work, message);
    return act(work, state, judge(state));
  });
}

/**
 * A workflow as its message has it, else as a read for half the price shows it. Whatever was received before may have been
 * claimed, and is read as it is.
 */
async function readHint(work: WorkContext, message: StepMessage): Promise<WorkflowState | undefined> {
  if (work.isRedelivered || work.isAlone) return undefined;
  return (await readCarried(work, message)) ?? glanceAtWorkflow(work.dependencies, message.workflowId);
}

function judgeNow(state: WorkflowState, message: StepMessage | TimerMessage, now: number): Verdict {
  const { version } = message;
  if (message.type === "timer") return judgeTimer(state, version, now);
  return judgeStep(state, version, now, message.released);
}

/** A message may outlive its workflow, if that was erased; of any other, nothing tells where it could come from. */
async function judgeMissing(
  { dependencies }: WorkContext,
  { workflowId }: StepMessage | TimerMessage,
): Promise<Outcome> {
  const stored = await dependencies.store.load(workflowId);
  if (stored?.start.erasedAt !== undefined) return { type: "settled", why: "erased" };
  return refused("not-found", "There is no such workflow");
}

async function act(work: WorkContext, state: WorkflowState, verdict: Verdict): Promise<Outcome | undefined> {
  if (verdict.type === "run") return runSteps(work, state, verdict);
  await healHead(work.dependencies, state);
  switch (verdict.type) {
    case "invalid":
      return { type: "refused", code: "invalid", reason: verdict.reason };
    case "claimed":
      return { type: "later", until: verdict.until, why: "another dispatcher holds this version" };
    case "settled":
      await sendInOrder(work.sender, verdict.next ?? []);
      return { type: "settled", why: verdict.why };
    case "fire":
      return commit(work, state, state.definition.engine.fireTimer(state.snapshot));
    case "expire":
      return commit(work, state, failTransition(state.snapshot, "Longest duration exceeded"));
  }
}

async function commit(work: WorkContext, state: WorkflowState, transition: Transition): Promise<Outcome | undefined> {
  const snapshot = await commitOutside(work, state, transition, undefined);
  if (snapshot === undefined) return undefined;
  const { status, currentNodeId } = snapshot;
  const line = { ...fieldsOf(state), type: transition.type, status, next: currentNodeId ?? undefined };
  work.logger.info("transition committed", line);
  return stepped(snapshot);
}
