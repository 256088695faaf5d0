import type { WorkflowDefinition } from "../engine/index.ts";

/** Edges that are taken when something went wrong stand out, by the handle that they leave by. */
const strokes: Readonly<Record<string, string>> = { error: "#b00020", timeout: "#b26a00" };

/**
 * A definition as a Mermaid flowchart: a box for each node with its type, an arrow for each edge with its handle (those
 * of `error` and `timeout` in a colour), and a dotted arrow from each node to the one that compensates it.
 */
export function toMermaid({ nodes, edges }: Pick<WorkflowDefinition, "nodes" | "edges">): string {
  // Mermaid has reserved words, so nodes are numbered; their ids stand in the labels.
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const nameOf = (id: string) => names.get(id) ?? "";
  const compensated = nodes.flatMap(({ id, compensate }) => (compensate === undefined ? [] : [{ id, compensate }]));
  return [
    "flowchart TD",
    ...nodes.map(({ id, type }) => `  ${nameOf(id)}["${escapeText(id)}<br/>${escapeText(type)}"]`),
    ...edges.map(({ source, target, sourceHandle }) => {
      const label = sourceHandle === undefined ? "" : `|"${escapeText(sourceHandle)}"|`;
      return `  ${nameOf(source)} -->${label} ${nameOf(target)}`;
    }),
    ...compensated.map(({ id, compensate }) => `  ${nameOf(id)} -.->|"compensate"| ${nameOf(compensate)}`),
    // Mermaid counts the arrows in the order in which they stand above.
    ...edges.flatMap(({ sourceHandle = "" }, index) => {
      const stroke = Object.hasOwn(strokes, sourceHandle) ? strokes[sourceHandle] : undefined;
      return stroke === undefined ? [] : [`  linkStyle ${index} stroke:${stroke}`];
    }),
    "",
  ].join("\n");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"#]/g, (character) => `#${character.charCodeAt(0)};`);
}
