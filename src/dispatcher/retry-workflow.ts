import type { RetryMessage } from "../contracts/messages.ts";
import { retryTransition, stepLimitReason, wasUndone } from "../engine/index.ts";
import { commitOutside, sendNext } from "./commit-outside.ts";
import { healHead } from "./head.ts";
import { judgeAnew } from "./judge-anew.ts";
import { type Outcome, refused } from "./outcome.ts";
import { mayRunUntil } from "./schedule.ts";
import { loadSubject, type WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

/**
 * Lets a failed workflow go on from the node that it failed at; its history keeps who asked (I10). The same retry of the
 * same failure (by version) answers again as the first did.
 */
export function retryWorkflow(work: WorkContext, { workflowId, version: wanted }: RetryMessage): Promise<Outcome> {
  const { dependencies, logger, invocation } = work;
  return judgeAnew(async () => {
    const state = await loadSubject(work, workflowId);
    if (state === undefined) return refused("not-found", "There is no such workflow");
    const { snapshot } = state;
    const version = wanted ?? snapshot.version;
    if (version < snapshot.version) return repeated(work, state, version);
    const refusal = refusalOf(state, version, dependencies.clock.now());
    if (refusal !== undefined) return refused("conflict", refusal);
    const retried = await commitOutside(work, state, retryTransition(snapshot), invocation.by);
    if (retried === undefined) return undefined;
    logger.info("workflow retried", { workflowId, version, nodeId: snapshot.currentNodeId ?? undefined });
    return { type: "retried", workflowId, version };
  });
}

function refusalOf({ snapshot, start, transitions }: WorkflowState, version: number, now: number): string | undefined {
  if (version > snapshot.version) return `Version ${version} is ahead of the newest, ${snapshot.version}`;
  if (snapshot.status !== "failed") return `The workflow is ${snapshot.status}, not failed`;
  if (transitions.at(-1)?.type === "erase") return "The workflow is being deleted";
  if (wasUndone(snapshot)) return "What the workflow had done was undone: start it anew";
  if (mayRunUntil(start, snapshot) <= now) return "The workflow's longest duration is over";
  if (snapshot.metadata["failedReason"] === stepLimitReason) return "The workflow has taken all steps that it may take";
  return undefined;
}

async function repeated(work: WorkContext, state: WorkflowState, version: number): Promise<Outcome> {
  if (state.transitions[version]?.type !== "retry") {
    return refused("conflict", "That version was no failure, or is past");
  }
  // The first retry may have crashed between its commit and its send.
  await healHead(work.dependencies, state);
  if (version === state.snapshot.version - 1) await sendNext(work.dependencies, work.sender, state, state.snapshot);
  return { type: "retried", workflowId: state.start.workflowId, version };
}
