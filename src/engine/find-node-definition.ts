import type { NodeDefinition, NodesDefinition } from "./definition.ts";

/** A node type by its name, or undefined; own properties only, so `toString` is not one (I17). */
export function findNodeDefinition(nodeDefinitions: NodesDefinition, type: string): NodeDefinition | undefined {
  return Object.hasOwn(nodeDefinitions, type) ? nodeDefinitions[type] : undefined;
}
