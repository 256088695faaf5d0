import { groupOf, laneGroupSize } from "../../contracts/lane-groups.ts";
import { type Joined, joinTransition } from "../../engine/index.ts";
import type { LaneState } from "../../ports/child-records.ts";
import { commitOutside, sendNext } from "../commit-outside.ts";
import type { DispatcherParts } from "../dependencies.ts";
import { ExpectedFailure } from "../expected-failure.ts";
import { healHead } from "../head.ts";
import { judgeAnew } from "../judge-anew.ts";
import { loadSubject, type WorkContext } from "../work-context.ts";
import type { WorkflowState } from "../workflow-state.ts";
import { decodeOutcome } from "./child-outcome.ts";
import type { ChildrenPause } from "./read-pause.ts";

type JoinParts = Pick<DispatcherParts, "children">;

/**
 * Whether more children have failed than the pause tolerates, when one lane counts so many. Every failure asks all lanes,
 * as the last one may be the first of its lane.
 */
export async function isTooMany({ children }: JoinParts, pause: ChildrenPause, failures: number): Promise<boolean> {
  const { count, toleratedFailures } = pause.children;
  if (failures > toleratedFailures) return true;
  if (toleratedFailures >= count) return false;
  return failuresOf(await readAllLanes({ children }, pause)) > toleratedFailures;
}

/** Whether every lane is done, when this one is: most ask their own group alone. */
export async function isAllDone({ children }: JoinParts, pause: ChildrenPause, lane: number): Promise<boolean> {
  const group = groupOf(lane);
  const size = Math.min(laneGroupSize, pause.children.lanes - group * laneGroupSize);
  const own = await children.readLanes(pause, group);
  if (own.filter(({ isDone }) => isDone).length < size) return false;
  const all = await readAllLanes({ children }, pause);
  return all.filter(({ isDone }) => isDone).length === pause.children.lanes;
}

async function readAllLanes({ children }: JoinParts, pause: ChildrenPause): Promise<readonly LaneState[]> {
  const groups = Array.from({ length: groupOf(pause.children.lanes - 1) + 1 }, (_, group) => group);
  return (await Promise.all(groups.map((group) => children.readLanes(pause, group)))).flat();
}

function failuresOf(lanes: readonly LaneState[]): number {
  return lanes.reduce((sum, { failures }) => sum + failures, 0);
}

/**
 * Sends what follows a join, if nobody has taken that up: whoever joined may have ended between its commit and its sends.
 * The lanes of a pause end together, and if each of them sent, their messages would multiply (I13): so a message does it
 * that was received before, and any other comes again, by when this is settled. Throws an `ExpectedFailure` then.
 */
export async function sendAfterJoin(
  work: WorkContext,
  { version }: ChildrenPause,
  state: WorkflowState,
): Promise<void> {
  const { snapshot, open, transitions } = state;
  const isUntaken = snapshot.version === version + 1 && transitions[version]?.type === "join" && open === undefined;
  if (!isUntaken) return;
  if (work.isRedelivered) return sendNext(work.dependencies, work.sender, state, snapshot);
  throw new ExpectedFailure("children.joined", "Another lane has just ended the pause", { isRetryable: true });
}

/** The end of a last child of its lane, when it failed; undefined when none did. */
async function findLastFailure(
  { children }: JoinParts,
  pause: ChildrenPause,
  lanes: readonly LaneState[],
): Promise<Joined["firstFailure"] | undefined> {
  for (const { lane, index, failures } of lanes) {
    const [last] = failures === 0 ? [] : await children.readResults(pause, lane, index, 1);
    const { status, workflowId, error = "" } = last === undefined ? {} : decodeOutcome(last.result);
    if (status === "failed" && workflowId !== undefined) return { workflowId, error };
  }
  return undefined;
}

/**
 * Ends the pause of a workflow whose children have ended, or of which one more failed than is tolerated. Whoever comes second finds it
 * over, and sends what follows again if nothing came after it.
 */
export async function join(
  work: WorkContext,
  pause: ChildrenPause,
  tooMany: Joined["firstFailure"] | undefined,
): Promise<void> {
  const { dependencies } = work;
  const lanes = await readAllLanes(dependencies, pause);
  const failed = failuresOf(lanes);
  // All may be done before the one whose failure is too many says so.
  const isEarly = tooMany !== undefined || failed > pause.children.toleratedFailures;
  const firstFailure = isEarly ? (tooMany ?? (await findLastFailure(dependencies, pause, lanes))) : undefined;
  const early = isEarly ? ({ isEarly, ...(firstFailure && { firstFailure }) } as const) : {};
  await judgeAnew(async () => {
    const state = await loadSubject(work, pause.workflowId);
    const { snapshot } = state ?? {};
    if (state === undefined || snapshot === undefined) return { type: "settled", why: "erased" };
    if (snapshot.version !== pause.version || snapshot.status !== "paused") {
      await healHead(dependencies, state);
      await sendAfterJoin(work, pause, state);
      return { type: "settled", why: "over" };
    }
    const transition = joinTransition(snapshot, { failed, ...early });
    const joined = await commitOutside(work, state, transition, undefined);
    if (joined === undefined) return undefined;
    const { workflowId, version, currentNodeId } = snapshot;
    const nodeId = currentNodeId ?? undefined;
    work.logger.info("children joined", { workflowId, version, nodeId, failed, isEarly });
    return { type: "stepped", workflowId, version: joined.version, status: joined.status };
  });
}
