import { resultsOf } from "./context.ts";
import type { NodeResult, Snapshot, UndoEntry } from "./snapshot.ts";
import { advanceState, type Transition } from "./transition.ts";
import { changesUndo, changeUndo, withUndo } from "./undo-list.ts";

/** The snapshot after transitions in order; the same as applying one after the other, but in linear time. */
export function foldTransitions(initial: Snapshot, transitions: readonly Transition[]): Snapshot {
  const results = new Map<string, NodeResult[]>();
  let undo: UndoEntry[] | undefined;
  let snapshot = initial;
  for (const transition of transitions) {
    snapshot = advanceState(snapshot, transition);
    if (changesUndo(transition)) {
      undo ??= [...(initial.undo ?? [])];
      changeUndo(undo, transition);
    }
    const { nodeId, result } = transition;
    if (nodeId === null || result === undefined) continue;
    const known = results.get(nodeId);
    if (known === undefined) results.set(nodeId, [...resultsOf(initial.context, nodeId), result]);
    else known.push(result);
  }
  if (undo !== undefined) snapshot = withUndo(snapshot, undo);
  if (results.size === 0) return snapshot;
  // fromEntries and spread define own properties, so no node id can reach a prototype (I17).
  return { ...snapshot, context: { ...initial.context, ...Object.fromEntries(results) } };
}
