import type { ChildEndedMessage, ChildrenMessage } from "../../contracts/messages.ts";
import { loadWorkflow } from "../load-workflow.ts";
import type { Outcome } from "../outcome.ts";
import { loadSubject, type WorkContext } from "../work-context.ts";
import { childIdOf } from "./child-id.ts";
import { outcomeOf } from "./child-outcome.ts";
import { sendAfterJoin } from "./join.ts";
import { type ChildrenPause, readPause } from "./read-pause.ts";
import { finishEnd, isSettled, settleChild, workLane } from "./work-lane.ts";

/** How many lanes the work on one message brings in line; more are split into messages of their own. */
const lanesPerMessage = 10;

/** Brings lanes of a pause in line with it: level-triggered, so it may be done again at any time. */
export async function workChildren(work: WorkContext, message: ChildrenMessage): Promise<Outcome> {
  const { first, count } = message;
  const pause = await readPause(work.dependencies, message);
  if (pause === undefined) return { type: "settled", why: "no such pause" };
  const { lanes } = pause.children;
  const end = Math.min(first + count, lanes);
  const isSplit = end - first > lanesPerMessage;
  if (isSplit) await split(work, message, end);
  else for (let lane = first; lane < end; lane += 1) await workLane(work, pause, lane);
  // Whoever worked on it before may have joined, and ended before it sent what follows; parts are too many to come again.
  const isWhole = first === 0 && end === lanes;
  if (pause.isJustOver && (work.isRedelivered || isWhole)) await afterJoin(work, pause);
  return { type: "settled", why: isSplit ? "split" : "lanes are in line" };
}

/** Ten messages of a tenth each, so that a thousand lanes take two rounds of messages. */
async function split({ sender }: WorkContext, message: ChildrenMessage, end: number): Promise<void> {
  const share = Math.ceil((end - message.first) / lanesPerMessage);
  const parts: ChildrenMessage[] = [];
  for (let first = message.first; first < end; first += share) {
    parts.push({ ...message, first, count: Math.min(share, end - first) });
  }
  await sender.sendAll(parts.map((message) => ({ message, delaySeconds: 0 })));
}

/**
 * Takes note of a child that has ended, once however often it is told, and goes on with its lane. When its parent waits
 * no more, what runs in the lane is cancelled.
 */
export async function endChild(work: WorkContext, message: ChildEndedMessage): Promise<Outcome> {
  const { dependencies } = work;
  const { index } = message;
  const pause = await readPause(dependencies, message);
  if (pause === undefined || index >= pause.children.count) return { type: "settled", why: "no such child" };
  if (!pause.isWaiting) {
    // Whoever joined had kept this child's end.
    if (pause.isJustOver && (await isSettled(work, pause, index))) await afterJoin(work, pause);
    await workLane(work, pause, index % pause.children.lanes);
    return { type: "settled", why: "nobody waits for it" };
  }
  const child = await loadWorkflow(dependencies, childIdOf(pause, index));
  const outcome = child && outcomeOf(child, pause, index);
  if (child === undefined || outcome === undefined) {
    // Its end may be kept all the same: it could not be started, or somebody has let it go on.
    await workLane(work, pause, index % pause.children.lanes);
    return { type: "settled", why: "it has not ended" };
  }
  await finishEnd(work, child);
  await settleChild(work, pause, index, outcome);
  return { type: "settled", why: "the child is noted" };
}

async function afterJoin(work: WorkContext, pause: ChildrenPause): Promise<void> {
  const state = await loadSubject(work, pause.workflowId);
  if (state !== undefined) await sendAfterJoin(work, pause, state);
}
