import { findStartNodeId, type WorkflowDefinition } from "../../src/engine/index.ts";

/** What a graph says of the order in which its nodes may run. */
export interface GraphFacts {
  /** Whether a workflow can come to a node at all: from the start, or to undo a node that ran. */
  isReachable(nodeId: string): boolean;
  /** Whether one node can have run before another; all can have when the other one undoes, or follows one that does. */
  canHaveRunBefore(nodeId: string, other: string): boolean;
  /** The nodes of each loop, in the order of the definition. */
  readonly loops: readonly (readonly string[])[];
}

/** Reads a graph whose edges may lead to nowhere; a definition without a single start has none unreachable. */
export function readGraph(definition: WorkflowDefinition): GraphFacts {
  const ids = definition.nodes.map(({ id }) => id);
  const targets = Map.groupBy(definition.edges, ({ source }) => source);
  const next = (id: string) => (targets.get(id) ?? []).map(({ target }) => target);
  const undoers = new Map(
    definition.nodes.map(({ id, compensate }) => [id, compensate === undefined ? [] : [compensate]]),
  );
  const reached = new Map(ids.map((id) => [id, closure(next(id), next)]));
  const isBefore = (a: string, b: string) => reached.get(a)?.has(b) === true;
  const afterUndoing = closure([...undoers.values()].flat(), next);
  const reachable = closure(startsOf(definition), (id) => [...next(id), ...(undoers.get(id) ?? [])]);
  return {
    isReachable: (nodeId) => reachable.has(nodeId),
    canHaveRunBefore: (nodeId, other) => isBefore(nodeId, other) || afterUndoing.has(other),
    loops: [
      ...Map.groupBy(
        ids.filter((id) => isBefore(id, id)),
        (id) => ids.find((a) => isBefore(a, id) && isBefore(id, a)),
      ).values(),
    ],
  };
}

function startsOf(definition: WorkflowDefinition): readonly string[] {
  try {
    return [findStartNodeId(definition)];
  } catch {
    // That there is no single start is a finding of its own.
    return definition.nodes.map(({ id }) => id);
  }
}

function closure(from: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const id of found) for (const target of next(id)) found.add(target);
  return found;
}
