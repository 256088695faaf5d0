import { appendResults } from "./context.ts";
import type { NodeResult, Snapshot, UndoEntry } from "./snapshot.ts";
import { advanceState, type Transition } from "./transition.ts";
import { changesUndo, changeUndo, withUndo } from "./undo-list.ts";

/** The snapshot after transitions in order; the same as applying one after the other, but in linear time. */
export function foldTransitions(initial: Snapshot, transitions: readonly Transition[]): Snapshot {
  const results: { readonly nodeId: string; readonly result: NodeResult }[] = [];
  let undo: UndoEntry[] | undefined;
  let snapshot = initial;
  for (const transition of transitions) {
    snapshot = advanceState(snapshot, transition);
    if (changesUndo(transition)) {
      undo ??= [...(initial.undo ?? [])];
      changeUndo(undo, transition);
    }
    const { nodeId, result } = transition;
    if (nodeId !== null && result !== undefined) results.push({ nodeId, result });
  }
  if (undo !== undefined) snapshot = withUndo(snapshot, undo);
  return results.length === 0 ? snapshot : { ...snapshot, context: appendResults(initial.context, results) };
}
