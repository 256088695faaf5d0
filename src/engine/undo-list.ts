import type { Snapshot, UndoEntry } from "./snapshot.ts";
import type { Transition } from "./transition.ts";

/** Whether a transition changes the list of what can be undone. */
export function changesUndo({ status, compensateBy, compensates }: Transition): boolean {
  return isEnd(status) || compensateBy !== undefined || compensates !== undefined;
}

/** Changes a list in place, in constant time, so that the fold of many transitions stays linear. */
export function changeUndo(undo: UndoEntry[], { nodeId, status, compensateBy, visit, compensates }: Transition): void {
  if (isEnd(status)) undo.length = 0;
  else if (compensates !== undefined) undo.pop();
  else if (compensateBy !== undefined && nodeId !== null) undo.push({ nodeId, visit: visit ?? 0, by: compensateBy });
}

/** A snapshot with this list; without one when it is empty. */
export function withUndo({ undo: _undo, ...snapshot }: Snapshot, undo: readonly UndoEntry[]): Snapshot {
  return undo.length === 0 ? snapshot : { ...snapshot, undo };
}

/** What has ended is undone already, or never will be. */
function isEnd(status: Transition["status"]): boolean {
  return status === "completed" || status === "failed";
}
