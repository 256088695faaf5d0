import type { Node, WorkflowDefinition } from "../engine/index.ts";

type Links = ReadonlyMap<string, readonly string[]>;

/**
 * The nodes of its graph that a workflow at a node may still run: that node, all that can be reached from it, and what
 * undoes a node that may have run before or may yet run. What has run is taken from the graph, not from the history, so
 * rather a node too many than one too few.
 */
export function findNeededNodes({ nodes, edges }: WorkflowDefinition, currentNodeId: string): readonly Node[] {
  const forwards = groupLinks(edges.map(({ source, target }) => [source, target]));
  const backwards = groupLinks(edges.map(({ source, target }) => [target, source]));
  const ahead = reach(forwards, [currentNodeId]);
  // A workflow that is undoing came there from no edge: whatever can be undone may have run.
  const isUndoing = nodes.some(({ compensate }) => compensate === currentNodeId);
  const behind = isUndoing ? new Set(nodes.map(({ id }) => id)) : reach(backwards, [currentNodeId]);
  const undoing = nodes.flatMap(({ id, compensate }) =>
    compensate !== undefined && (ahead.has(id) || behind.has(id)) ? [compensate] : [],
  );
  const needed = reach(forwards, [...ahead, ...undoing]);
  return nodes.filter(({ id }) => needed.has(id));
}

function groupLinks(pairs: readonly (readonly [from: string, to: string])[]): Links {
  const groups = Map.groupBy(pairs, ([from]) => from);
  return new Map([...groups].map(([from, group]) => [from, group.map(([, to]) => to)]));
}

/** Everything that the links lead to from some nodes, these included. */
function reach(links: Links, from: readonly string[]): ReadonlySet<string> {
  const reached = new Set(from);
  // A set's iteration goes on over what is added meanwhile.
  for (const nodeId of reached) for (const next of links.get(nodeId) ?? []) reached.add(next);
  return reached;
}
