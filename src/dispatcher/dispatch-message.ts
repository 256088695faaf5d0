import type { StepMessage, TimerMessage } from "../contracts/messages.ts";
import { failTransition, type Transition } from "../engine/index.ts";
import { commitOutside, sendInOrder, sendNext } from "./commit-outside.ts";
import { timeLeftMs } from "./compute-transition.ts";
import { healHead } from "./head.ts";
import { judgeStep, judgeTimer, type Verdict } from "./judge.ts";
import { judgeAnew } from "./judge-anew.ts";
import { type Outcome, refused } from "./outcome.ts";
import { reportStep } from "./report.ts";
import { runStep } from "./run-step.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** Works off one delivery of `step` or `timer`: load, judge, act. Throws when it has to be delivered again. */
export function dispatchMessage(work: WorkContext, message: StepMessage | TimerMessage): Promise<Outcome> {
  const { dependencies } = work;
  const judge = message.type === "step" ? judgeStep : judgeTimer;
  return judgeAnew(async () => {
    const state = await loadSubject(work, message.workflowId);
    if (state === undefined) return judgeMissing(work, message);
    return act(work, state, judge(state, message.version, dependencies.clock.now()));
  });
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
  if (verdict.type === "run") return run(work, state, verdict.claims);
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

async function run(work: WorkContext, state: WorkflowState, claims: number): Promise<Outcome | undefined> {
  const { dependencies, invocation } = work;
  if (claims > 0 && !work.isAlone) return { type: "deferred", claims };
  if (!hasTime(work, claims))
    return { type: "later", until: dependencies.clock.now(), why: "no time is left for a step" };
  state.definition.assertRunnable(state.snapshot.currentNodeId);
  const fields = fieldsOf(state);
  work.logger.debug("step begins", { ...fields, claims: claims + 1 });
  const result = await runStep(dependencies, state, invocation, work.isAlone);
  if (result.type === "refused") return undefined;
  if (result.type === "deferred") return result;
  if (result.type === "later") return { ...result, until: dependencies.clock.now() };
  reportStep(dependencies, state, result);
  const { snapshot, transition, durationMs } = result;
  await healHead(dependencies, state, snapshot);
  await sendNext(dependencies, work.sender, state, snapshot);
  const { status, currentNodeId } = snapshot;
  const undoes = transition.compensates?.nodeId;
  const attempt = transition.result?.attempt;
  const line = { ...fields, status, next: currentNodeId ?? undefined, durationMs, attempt, undoes };
  // The last compensation ends its workflow as failed, and went well itself.
  if (undoes !== undefined && transition.result?.error === undefined) work.logger.info("step undid a visit", line);
  else if (status === "failed" || status === "error") work.logger.warn(`step ${status}`, line);
  else if (transition.compensation !== undefined) work.logger.warn("workflow is undone", line);
  else if (transition.result?.error !== undefined) work.logger.warn("step failed, the workflow goes on", line);
  else work.logger.info("step committed", line);
  return stepped(snapshot);
}

/** A version that was claimed before gets most of an invocation: what ended it once may have been want of time. */
function hasTime({ dependencies, invocation }: WorkContext, claims: number): boolean {
  const { minimumReclaimedStepMs, minimumStepMs } = dependencies.settings;
  return timeLeftMs(dependencies, invocation) >= (claims > 0 ? minimumReclaimedStepMs : minimumStepMs);
}

function fieldsOf({ snapshot }: WorkflowState) {
  const { workflowId, version, currentNodeId } = snapshot;
  return { workflowId, version, nodeId: currentNodeId ?? undefined };
}

function stepped({ workflowId, version, status }: WorkflowState["snapshot"]): Outcome {
  return { type: "stepped", workflowId, version, status };
}
