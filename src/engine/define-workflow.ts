import { assertValidDefinition, throwProblems } from "./assert-valid-definition.ts";
import type { NodesDefinition, WorkflowDefinition } from "./definition.ts";
import { findNonJson } from "./find-non-json.ts";
import type { CheckedNodes, IdOf, NodeShape, TypedEdge, WorkflowSettings } from "./typed-graph.ts";

/** A definition whose graph is checked against node types while it is written; see `defineWorkflow`. */
export interface TypedDefinition<TTypes extends NodesDefinition, TNodes extends readonly NodeShape[]>
  extends WorkflowSettings {
  readonly startNodeId?: IdOf<NoInfer<TNodes>>;
  // The first branch is never taken: from it the compiler infers the nodes, which the second one then checks.
  readonly nodes: [TNodes] extends [never] ? TNodes : CheckedNodes<TTypes, TNodes>;
  readonly edges: readonly TypedEdge<TTypes, NoInfer<TNodes>>[];
}

/**
 * A workflow definition in TypeScript. The compiler refuses an unknown node type, data that does not fit its type (an
 * expression may stand for any value), and an edge, a compensation or a start that names an unknown node or handle.
 * Returns a frozen copy, a plain definition that was checked as one from a JSON file; throws `definition.invalid` with
 * everything that is wrong.
 */
export function defineWorkflow<const TTypes extends NodesDefinition, const TNodes extends readonly NodeShape[]>(
  nodeTypes: TTypes,
  definition: TypedDefinition<TTypes, TNodes>,
): WorkflowDefinition;
export function defineWorkflow(nodeTypes: NodesDefinition, definition: object): WorkflowDefinition {
  const notJson = findNonJson(definition);
  if (notJson !== undefined) throwProblems([`The definition is not JSON: ${notJson.reason} at ${notJson.path}`]);
  const copy: WorkflowDefinition = JSON.parse(JSON.stringify(definition));
  const workflow = Array.isArray(copy.nodes)
    ? { ...copy, nodes: copy.nodes.map((node) => ({ ...node, data: node.data ?? {} })) }
    : copy;
  assertValidDefinition(workflow, nodeTypes);
  deepFreeze(workflow);
  return workflow;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const item of Object.values(value)) deepFreeze(item);
  Object.freeze(value);
}
