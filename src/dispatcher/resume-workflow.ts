import type { ResumeCommand } from "../contracts/command.ts";
import { isTerminal, resumeTransition } from "../engine/index.ts";
import { commitOutside, sendNext } from "./commit-outside.ts";
import { readGiven } from "./given-value.ts";
import { healHead } from "./head.ts";
import { judgeAnew } from "./judge-anew.ts";
import { LargeValue } from "./large-value.ts";
import type { Outcome, RefusalCode } from "./outcome.ts";
import { verifyResumeToken } from "./resume-token.ts";
import { isStoredAs } from "./value-store.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/**
 * Resumes a pause with a payload, at most once per pause (I11). The same resume of the same pause (by version or token)
 * answers again as the first did; one that comes before its pause is committed is too early; a token that does not fit is refused without a hint.
 */
export async function resumeWorkflow(work: WorkContext, command: ResumeCommand): Promise<Outcome> {
  const tokenVersion = await authorise(work, command);
  if (tokenVersion === "forbidden") return refuse("forbidden", "The resume token is not valid");
  if (command.payloadObject !== undefined && !command.isOperator) {
    return refuse("forbidden", "Only an authenticated caller may name an object");
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
    if (state === undefined) return refuse("not-found", "There is no such workflow");
    const version = command.version ?? tokenVersion ?? state.snapshot.version;
    const refusal = refusalOf(state, version);
    if (refusal !== undefined) return refusal;
    if (version < state.snapshot.version) return repeated(work, state, version, payload);
    const transition = resumeTransition(state.snapshot, payload);
    const snapshot = await commitOutside(work, state, transition, command.isOperator ? work.invocation.by : "token");
    if (snapshot === undefined) return undefined;
    const { workflowId, currentNodeId } = snapshot;
    work.logger.info("workflow resumed", { workflowId, version, nodeId: currentNodeId ?? undefined });
    return { type: "resumed", workflowId, version };
  });
}

/** The version that the token is for; undefined for an operator without one. */
async function authorise(work: WorkContext, command: ResumeCommand): Promise<number | undefined | "forbidden"> {
  if (command.token === undefined) return command.isOperator ? undefined : "forbidden";
  const version = await verifyResumeToken(work.dependencies.resumeKeys, command.workflowId, command.token);
  const isOther = command.version !== undefined && command.version !== version;
  return version === undefined || isOther ? "forbidden" : version;
}

function refusalOf({ snapshot }: WorkflowState, version: number): Outcome | undefined {
  if (version < snapshot.version || (version === snapshot.version && snapshot.status === "paused")) return undefined;
  if (isTerminal(snapshot)) return refuse("conflict", `The workflow has ended: it is ${snapshot.status}`);
  return refuse("too-early", "The workflow is not paused there yet");
}

async function repeated(work: WorkContext, state: WorkflowState, version: number, payload: unknown): Promise<Outcome> {
  const transition = state.transitions[version];
  const isSame = transition?.type === "resume" && isSameValue(transition.externalPayload, JSON.stringify(payload));
  if (!isSame) return refuse("conflict", "That pause is over: it was resumed, timed out or cancelled before");
  // The first resume may have crashed between its commit and its send.
  await healHead(work.dependencies, state);
  if (version === state.snapshot.version - 1) await sendNext(work.dependencies, work.sender, state, state.snapshot);
  return { type: "resumed", workflowId: state.start.workflowId, version };
}

function isSameValue(stored: unknown, text: string): boolean {
  return isStoredAs(stored instanceof LargeValue ? stored.reference : JSON.stringify(stored), text);
}

function refuse(code: RefusalCode, reason: string): Outcome {
  return { type: "refused", code, reason };
}
