import type { RunnableDefinition } from "./graph.ts";

/** What is wrong with the nodes that compensate others: such a node stands beside the graph, and is entered by no edge. */
export function listCompensationProblems({ nodes, edges, startNodeId }: RunnableDefinition): string[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const sources = new Set(edges.map(({ source }) => source));
  const targets = new Set(edges.map(({ target }) => target));
  const compensated = new Set(nodes.filter(({ compensate }) => compensate !== undefined).map(({ id }) => id));
  return nodes.flatMap(({ id, compensate }) => {
    if (compensate === undefined) return [];
    if (!ids.has(compensate)) return [`Node '${id}' is compensated by an unknown node '${compensate}'`];
    if (compensate === id) return [`Node '${id}' compensates itself`];
    const name = `Node '${compensate}' compensates others`;
    return [
      ...(targets.has(compensate) ? [`${name} and so must have no incoming edge`] : []),
      ...(sources.has(compensate) ? [`${name} and so must have no outgoing edge`] : []),
      ...(startNodeId === compensate ? [`${name} and so cannot be the start`] : []),
      ...(compensated.has(compensate) ? [`${name} and so cannot be compensated itself`] : []),
    ];
  });
}
