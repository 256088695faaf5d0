import { type NodesDefinition, RefluxoError } from "../engine/index.ts";

/** Makes one set of several sets of node types; throws `nodes.duplicate-type` when two of them use one name. */
export function mergeNodeTypes(...sets: readonly NodesDefinition[]): NodesDefinition {
  const merged: Record<string, NodesDefinition[string]> = {};
  for (const [type, definition] of sets.flatMap((set) => Object.entries(set))) {
    if (Object.hasOwn(merged, type)) {
      throw new RefluxoError("nodes.duplicate-type", `There are two node types named "${type}": rename one of them.`);
    }
    merged[type] = definition;
  }
  return merged;
}
