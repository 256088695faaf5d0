import type { WorkflowDefinition } from "../engine/index.ts";

/**
 * A definition as a Mermaid flowchart: a box for each node with its type, an arrow for each edge with its handle, a dotted
 * line to the node that undoes another.
 */
export function toMermaid({ nodes, edges }: Pick<WorkflowDefinition, "nodes" | "edges">): string {
  // Mermaid has reserved words, so nodes are numbered; their ids stand in the labels.
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const nameOf = (id: string) => names.get(id) ?? "";
  return [
    "flowchart TD",
    ...nodes.map(({ id, type }) => `  ${nameOf(id)}["${escapeText(id)}<br/>${escapeText(type)}"]`),
    ...edges.map(({ source, target, sourceHandle }) => {
      const label = sourceHandle === undefined ? "" : `|"${escapeText(sourceHandle)}"|`;
      return `  ${nameOf(source)} -->${label} ${nameOf(target)}`;
    }),
    ...nodes.flatMap(({ id, compensate }) =>
      compensate === undefined ? [] : [`  ${nameOf(id)} -.->|"compensate"| ${nameOf(compensate)}`],
    ),
    "",
  ].join("\n");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"#]/g, (character) => `#${character.charCodeAt(0)};`);
}
