import { isTerminal } from "../../engine/index.ts";
import type { OutgoingMessage } from "../../ports/step-queue.ts";
import type { DispatcherParts } from "../dependencies.ts";
import { childMessages, lanesMessage, maxActiveCheckMs, nextMessages } from "../schedule.ts";
import type { WorkflowState } from "../workflow-state.ts";
import { readPause } from "./read-pause.ts";

/** How long children may run on that nobody waits for any more, before a workflow forgets them, ms. */
const looseMs = 2 * maxActiveCheckMs;

type Reader = Pick<DispatcherParts, "store" | "pauses">;

/** What moves a workflow on, and what cancels it when it is a child that nobody waits for any more. Throws what the store throws. */
export async function followersOf(
  dependencies: Reader,
  state: WorkflowState,
  now: number,
): Promise<readonly OutgoingMessage[]> {
  const { start, snapshot } = state;
  return (await isOrphan(dependencies, state, now)) ? childMessages(start) : nextMessages(start, snapshot, now);
}

/** Whether it is a child that was never begun, and for which nobody waits any more: it is cancelled, not begun. */
async function isOrphan(parts: Reader, { start, snapshot, open }: WorkflowState, now: number): Promise<boolean> {
  const isUnbegun = snapshot.version === 0 && open === undefined && start.expiresAt > now;
  if (start.parent === undefined || !isUnbegun) return false;
  return (await readPause(parts, start.parent))?.isWaiting === false;
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
