import type { Snapshot } from "../engine/index.ts";
import { carryState } from "./carried-state.ts";
import type { Hold } from "./claim-persistence.ts";
import { sendNext } from "./commit-outside.ts";
import { timeLeftMs } from "./compute-transition.ts";
import { healHead } from "./head.ts";
import type { Verdict } from "./judge.ts";
import { foldOn, goOn } from "./load-workflow.ts";
import type { Outcome } from "./outcome.ts";
import { reportStep } from "./report.ts";
import { runStep, type StepResult } from "./run-step.ts";
import { decodeTransition } from "./transition-codec.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkflowState } from "./workflow-state.ts";

type Committed = StepResult & { readonly type: "committed" };

/**
 * Runs the newest version of a workflow and, as long as `stepsPerInvocation` and the time allow it, those after it, each
 * committed by itself (DESIGN 4, continuing); then sends what follows. Undefined when another owner was first: judge again.
 * Throws when the message has to be delivered again.
 */
export async function runSteps(
  work: WorkContext,
  state: WorkflowState,
  { claims, isContinued }: Verdict & { readonly type: "run" },
): Promise<Outcome | undefined> {
  const { dependencies, invocation, isAlone } = work;
  const { clock, random, settings } = dependencies;
  if (claims > 0 && !isAlone) return { type: "deferred", claims };
  if (!hasTime(work, claims)) return { type: "later", until: clock.now(), why: "no time is left for a step" };
  state.definition.assertRunnable(state.snapshot.currentNodeId);
  const token = random.token();
  const from = state.snapshot.version;
  let at = state;
  let hold: Hold = { type: "claim", isContinued };
  for (let steps = 1; ; steps += 1) {
    work.logger.debug("step begins", { ...fieldsOf(at), claims: claims + 1 });
    const goesOn = (snapshot: Snapshot) => steps < settings.stepsPerInvocation && mayGoOn(work, at, snapshot);
    const result: StepResult = await runStep(dependencies, at, invocation, { token, hold, from, isAlone, goesOn });
    if (result.type === "refused") return undefined;
    if (result.type === "deferred") return result;
    if (result.type === "later") return { ...result, until: clock.now() };
    if (result.type === "unbegun") return release(work, at, result.cause);
    at = await noteStep(work, at, result);
    if (result.continuation?.until === undefined) {
      const carried = at.snapshot.status === "active" ? await carryState(dependencies, at) : undefined;
      await sendNext(dependencies, work.sender, at, at.snapshot, carried);
      return stepped(at.snapshot);
    }
    hold = { type: "continuation" };
  }
}

/** Tells of a committed step, and brings the head in line; the workflow as it is now. */
async function noteStep(work: WorkContext, before: WorkflowState, result: Committed): Promise<WorkflowState> {
  const { dependencies } = work;
  const { snapshot, transition, text, continuation } = result;
  reportStep(dependencies, before, result);
  const head = (await healHead(dependencies, before, snapshot)) ?? before.head;
  logStep(work, before, result);
  work.subject.version = snapshot.version;
  work.subject.nodeId = snapshot.currentNodeId ?? undefined;
  // Who goes on shows its next node what is stored, as any other container would.
  const after =
    continuation?.until === undefined
      ? goOn(before, snapshot, [transition], [text])
      : foldOn(before, [decodeTransition(text)], [text]);
  return { ...after, head, continuation, open: undefined };
}

function logStep(work: WorkContext, before: WorkflowState, { snapshot, transition, durationMs }: Committed): void {
  const { status, currentNodeId } = snapshot;
  const undoes = transition.compensates?.nodeId;
  const attempt = transition.result?.attempt;
  const line = { ...fieldsOf(before), status, next: currentNodeId ?? undefined, durationMs, attempt, undoes };
  // The last compensation ends its workflow as failed, and went well itself.
  if (undoes !== undefined && transition.result?.error === undefined) work.logger.info("step undid a visit", line);
  else if (status === "failed" || status === "error") work.logger.warn(`step ${status}`, line);
  else if (transition.compensation !== undefined) work.logger.warn("workflow is undone", line);
  else if (transition.result?.error !== undefined) work.logger.warn("step failed, the workflow goes on", line);
  else work.logger.info("step committed", line);
}

/**
 * Whether an owner goes on from a snapshot itself: it is active, this deployment has the node's type, and the node gets
 * about as much time as with a message of its own.
 */
function mayGoOn(
  { dependencies, invocation }: WorkContext,
  { definition }: WorkflowState,
  snapshot: Snapshot,
): boolean {
  const hasTimeLeft = timeLeftMs(dependencies, invocation) >= dependencies.settings.minimumReclaimedStepMs;
  return snapshot.status === "active" && hasTimeLeft && definition.isRunnable(snapshot.currentNodeId);
}

/** Lets somebody else have a version at once that this owner said it would go on with, and could not begin. */
async function release(work: WorkContext, { snapshot }: WorkflowState, cause: unknown): Promise<Outcome> {
  const { workflowId, version } = snapshot;
  work.logger.warn("step could not be begun; another message has it", { workflowId, version }, cause);
  const message = { type: "step", schemaVersion: 1, workflowId, version, released: true } as const;
  await work.sender.send({ message, delaySeconds: 0 });
  return stepped(snapshot);
}

/** A version that was claimed before gets most of an invocation: what ended it once may have been want of time. */
function hasTime({ dependencies, invocation }: WorkContext, claims: number): boolean {
  const { minimumReclaimedStepMs, minimumStepMs } = dependencies.settings;
  return timeLeftMs(dependencies, invocation) >= (claims > 0 ? minimumReclaimedStepMs : minimumStepMs);
}

/** What a log line says of where a workflow is. */
export function fieldsOf({ snapshot }: WorkflowState) {
  const { workflowId, version, currentNodeId } = snapshot;
  return { workflowId, version, nodeId: currentNodeId ?? undefined };
}

/** What became of a message that moved a workflow on. */
export function stepped({ workflowId, version, status }: Snapshot): Outcome {
  return { type: "stepped", workflowId, version, status };
}
