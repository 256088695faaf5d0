import { isTerminal } from "../../engine/index.ts";
import type { OutgoingMessage } from "../../ports/step-queue.ts";
import type { StoredStart } from "../../ports/workflow-store.ts";
import type { DispatcherParts } from "../dependencies.ts";
import { childMessages, lanesMessage, maxActiveCheckMs, nextMessages } from "../schedule.ts";
import type { WorkflowState } from "../workflow-state.ts";
import { readPause } from "./read-pause.ts";

/** How long children may run on that nobody waits for any more, before a workflow forgets them, ms. */
const looseMs = 2 * maxActiveCheckMs;

type Reader = Pick<DispatcherParts, "store" | "pauses">;

/**
 * What moves a workflow on, and what cancels it when it is a child that nobody waits for any more: its parent's messages
 * about that may all be lost, and one that was never begun is not to begin. A child that somebody has let go on since is not
 * cancelled by them (work-lane.ts). Throws what the store throws.
 */
export async function followersOf(
  dependencies: Reader,
  state: WorkflowState,
  now: number,
): Promise<readonly OutgoingMessage[]> {
  const { start, snapshot, open } = state;
  const moving = nextMessages(start, snapshot, now);
  if (!(await isOrphan(dependencies, start.parent))) return moving;
  const isUnbegun = snapshot.version === 0 && open === undefined && start.expiresAt > now;
  return isUnbegun ? childMessages(start) : [...moving, ...childMessages(start)];
}

async function isOrphan(parts: Reader, parent: StoredStart["parent"]): Promise<boolean> {
  return parent !== undefined && (await readPause(parts, parent))?.isWaiting === false;
}

/**
 * What cancels children that nobody waits for any more, as long as the message that was to do so may be lost. The time
 * counts at which a look was due: it may come late. An ended workflow is looked at a few times only.
 */
export function looseChildren({ snapshot, transitions }: WorkflowState, dueAt: number): readonly OutgoingMessage[] {
  const { abandoned, workflowId } = snapshot;
  if (abandoned === undefined) return [];
  return transitions.flatMap(({ pause }, before) => {
    const version = before + 1;
    const left = transitions[version];
    const isWhole = left?.joined !== undefined && left.joined.isEarly === undefined;
    if (pause?.children === undefined || left === undefined || isWhole) return [];
    const isNewest = version === abandoned.version;
    const isForgotten = (left.at ?? 0) < dueAt - looseMs && !(isNewest && isTerminal(snapshot));
    return isForgotten ? [] : [lanesMessage(workflowId, { version, lanes: pause.children.lanes })];
  });
}
