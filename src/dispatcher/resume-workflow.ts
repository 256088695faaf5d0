import type { ResumeCommand } from "../contracts/command.ts";
import { isTerminal, resumeTransition } from "../engine/index.ts";
import { checkResumeToken, forbiddenReason } from "./check-resume-token.ts";
import { commitOutside, sendNext } from "./commit-outside.ts";
import { readGiven } from "./given-value.ts";
import { healHead } from "./head.ts";
import { judgeAnew } from "./judge-anew.ts";
import { LargeValue } from "./large-value.ts";
import { type Outcome, refused } from "./outcome.ts";
import { refusePayload } from "./refuse-payload.ts";
import { isStoredAs } from "./value-store.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/**
 * Resumes a pause with a payload, at most once per pause (I11). The same resume of the same pause (by version or token)
 * answers again as the first did; one that comes before its pause is committed is too early; a token that does not fit is
 * refused without a hint, and a payload that the node's type does not take before it uses the pause up.
 */
export async function resumeWorkflow(work: WorkContext, command: ResumeCommand): Promise<Outcome> {
  const right = await authorise(work, command);
  if (right.type === "refused") return right;
  if (command.payloadObject !== undefined && !command.isOperator) {
    return refused("forbidden", "Only an authenticated caller may name an object");
  }
  const given = await readGiven(work, {
    name: "payload",
    value: command.payload,
    object: command.payloadObject,
  });
  if (given.type !== "value") return given;
  const { value: payload } = given;
  return judgeAnew(async () => {
    const state = await loadSubject(work, command.workflowId);
    if (state === undefined) return refused("not-found", "There is no such workflow");
    const version = command.version ?? right.version ?? state.snapshot.version;
    const refusal = refusalOf(state, version);
    if (refusal !== undefined) return refusal;
    if (version < state.snapshot.version) return repeated(work, state, version, payload);
    const misfit = await refusePayload(state, payload);
    if (misfit !== undefined) return misfit;
    const transition = resumeTransition(state.snapshot, payload);
    const snapshot = await commitOutside(work, state, transition, command.isOperator ? work.invocation.by : "token");
    if (snapshot === undefined) return undefined;
    const { workflowId, currentNodeId } = snapshot;
    work.logger.info("workflow resumed", { workflowId, version, nodeId: currentNodeId ?? undefined });
    return { type: "resumed", workflowId, version };
  });
}

/** The right to resume: of one version, or as an operator without a token of any. */
async function authorise(
  { dependencies }: WorkContext,
  { workflowId, token, version, isOperator }: ResumeCommand,
): Promise<{ readonly type: "granted"; readonly version?: number } | (Outcome & { readonly type: "refused" })> {
  if (token === undefined) return isOperator ? { type: "granted" } : refused("forbidden", forbiddenReason);
  const right = await checkResumeToken(dependencies, workflowId, token);
  if (right.type === "refused") return right;
  const isOther = version !== undefined && version !== right.grant.version;
  return isOther ? refused("forbidden", forbiddenReason) : { type: "granted", version: right.grant.version };
}

function refusalOf({ snapshot }: WorkflowState, version: number): Outcome | undefined {
  if (version === snapshot.version && snapshot.pause?.children !== undefined) {
    return refused("conflict", "The workflow waits for its child workflows");
  }
  if (version < snapshot.version || (version === snapshot.version && snapshot.status === "paused")) return undefined;
  if (snapshot.compensation !== undefined) return refused("conflict", "The workflow is being undone");
  if (isTerminal(snapshot)) return refused("conflict", `The workflow has ended: it is ${snapshot.status}`);
  return refused("too-early", "The workflow is not paused there yet");
}

async function repeated(work: WorkContext, state: WorkflowState, version: number, payload: unknown): Promise<Outcome> {
  const transition = state.transitions[version];
  const isSame = transition?.type === "resume" && isSameValue(transition.externalPayload, JSON.stringify(payload));
  if (!isSame) return refused("conflict", "That pause is over: it was resumed, timed out or cancelled before");
  // The first resume may have crashed between its commit and its send.
  await healHead(work.dependencies, state);
  if (version === state.snapshot.version - 1) await sendNext(work.dependencies, work.sender, state, state.snapshot);
  return { type: "resumed", workflowId: state.start.workflowId, version };
}

function isSameValue(stored: unknown, text: string): boolean {
  return isStoredAs(stored instanceof LargeValue ? stored.reference : JSON.stringify(stored), text);
}
