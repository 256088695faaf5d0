import { isTerminal } from "../../engine/index.ts";
import { cancelWorkflow } from "../cancel-workflow.ts";
import { healHead } from "../head.ts";
import { loadWorkflow } from "../load-workflow.ts";
import { isJustAbandoned, lanesMessage } from "../schedule.ts";
import type { WorkContext } from "../work-context.ts";
import type { WorkflowState } from "../workflow-state.ts";
import { childIdOf } from "./child-id.ts";
import { type ChildOutcome, decodeOutcome, failedOutcome, isChildOf, outcomeOf } from "./child-outcome.ts";
import { isAllDone, isTooMany, join } from "./join.ts";
import type { ChildrenPause } from "./read-pause.ts";
import { orphanReason, startChild } from "./start-child.ts";

/** How many children of a lane that cannot be started are recorded by the work on one message. */
const maxRefusals = 20;

/** Where a lane stands: its next child, and what the one before it left. */
interface LanePlace {
  readonly index: number;
  readonly before: ChildOutcome | undefined;
}

/**
 * Brings a lane in line with its pause, wherever it was left: its child is started, looked at or, when nobody waits for
 * it any more, cancelled. It may be done again at any time.
 */
export async function workLane(work: WorkContext, pause: ChildrenPause, lane: number): Promise<void> {
  const { index, before } = await findPlace(work, pause, lane);
  if (!pause.isWaiting) return cancelChild(work, pause, index);
  // What was recorded may not have been reckoned with: its dispatcher may have ended between the two.
  const isOver = before !== undefined && (await reckonWith(work, pause, index - pause.children.lanes, before));
  if (!isOver) await workChild(work, pause, index, before);
}

/** Keeps how the child at an index ended, and goes on with its lane. */
export async function settleChild(
  work: WorkContext,
  pause: ChildrenPause,
  index: number,
  ended: ChildOutcome,
  refusals = 0,
): Promise<void> {
  const { children } = work.dependencies;
  const stored = { index, result: JSON.stringify(ended) };
  const held = await children.putResult(pause, index % pause.children.lanes, stored, pause.starts.purgeAt);
  // What holds may be older: a failed child that somebody let go on has failed for its parent.
  const outcome = decodeOutcome(held);
  if (await reckonWith(work, pause, index, outcome)) return;
  await startNext(work, pause, index + pause.children.lanes, outcome.failures, refusals);
}

/** Ends the pause if a child's end does that; returns whether its lane is over. */
async function reckonWith(
  work: WorkContext,
  pause: ChildrenPause,
  index: number,
  { status, failures, workflowId, error = "" }: ChildOutcome,
): Promise<boolean> {
  const { lanes, count } = pause.children;
  const { children } = work.dependencies;
  const lane = index % lanes;
  const isDone = index + lanes >= count;
  const hasFailed = status === "failed";
  if (!hasFailed && !isDone) return false;
  await children.putLane(pause, { lane, index, failures, isDone }, pause.starts.purgeAt);
  const isEarly = hasFailed && (await isTooMany(work.dependencies, pause, failures));
  const isJoined = isEarly || (isDone && (await isAllDone(work.dependencies, pause, lane)));
  if (isJoined) await join(work, pause, isEarly ? { workflowId, error } : undefined);
  return isJoined || isDone;
}

async function startNext(
  work: WorkContext,
  pause: ChildrenPause,
  index: number,
  failuresBefore: number,
  refusals = 0,
): Promise<void> {
  const refusal = await startChild(work, pause, index, failuresBefore);
  if (refusal === undefined) return;
  const outcome = failedOutcome(childIdOf(pause, index), refusal, failuresBefore + 1);
  if (refusals < maxRefusals) return settleChild(work, pause, index, outcome, refusals + 1);
  const { workflowId, version, children } = pause;
  const first = index % children.lanes;
  const message = { type: "children", schemaVersion: 1, workflowId, version, first, count: 1 } as const;
  await work.sender.send({ message, delaySeconds: 0 });
}

async function findPlace({ dependencies }: WorkContext, pause: ChildrenPause, lane: number): Promise<LanePlace> {
  const last = await dependencies.children.lastResult(pause, lane);
  if (last === undefined) return { index: lane, before: undefined };
  return { index: last.index + pause.children.lanes, before: decodeOutcome(last.result) };
}

async function workChild(
  work: WorkContext,
  pause: ChildrenPause,
  index: number,
  before: ChildOutcome | undefined,
): Promise<void> {
  const child = await loadWorkflow(work.dependencies, childIdOf(pause, index));
  // A child that was written and never begun has lost its first message; starting it again sends that again.
  if (child === undefined || isUntouched(child) || !isChildOf(child.start, pause, index)) {
    return startNext(work, pause, index, before?.failures ?? 0);
  }
  const outcome = outcomeOf(child, pause, index);
  // A child that runs is looked after by its own head.
  if (outcome === undefined) return;
  await finishEnd(work, child);
  await settleChild(work, pause, index, outcome);
}

function isUntouched({ snapshot, open }: WorkflowState): boolean {
  return snapshot.version === 0 && open === undefined;
}

/**
 * Whoever ended a child may have ended itself before it wrote the head and told the child's own children; once the child's
 * end is kept, nobody looks at it again.
 */
export async function finishEnd({ dependencies, sender }: WorkContext, child: WorkflowState): Promise<void> {
  const { snapshot } = child;
  await healHead(dependencies, child);
  if (isJustAbandoned(snapshot)) await sender.send(lanesMessage(snapshot.workflowId, snapshot.abandoned));
}

async function cancelChild(work: WorkContext, pause: ChildrenPause, index: number): Promise<void> {
  if (index >= pause.children.count) return;
  const workflowId = childIdOf(pause, index);
  const child = await loadWorkflow(work.dependencies, workflowId);
  if (child === undefined || !isChildOf(child.start, pause, index)) return;
  if (isTerminal(child.snapshot)) return finishEnd(work, child);
  await cancelWorkflow(work, { type: "cancel", schemaVersion: 1, workflowId, reason: orphanReason });
}

/** Whether the result of the child at an index is kept. */
export async function isSettled({ dependencies }: WorkContext, pause: ChildrenPause, index: number): Promise<boolean> {
  const last = await dependencies.children.lastResult(pause, index % pause.children.lanes);
  return last !== undefined && last.index >= index;
}
