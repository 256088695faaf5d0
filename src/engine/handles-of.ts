import type { Node, NodeDefinition } from "./definition.ts";

/** The handles that a node may leave by; undefined when its type declares none, and so all are allowed. */
export function handlesOf(
  definition: NodeDefinition | undefined,
  node: Pick<Node, "data">,
): readonly string[] | undefined {
  const handles = definition?.handles;
  return typeof handles === "function" ? handles(node.data) : handles;
}
