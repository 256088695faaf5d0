import type { Node, WorkflowDefinition } from "../engine/index.ts";
import { dataShape } from "./data-shape.ts";
import type { LiveWorkflow, UnreadableGraph } from "./read-live-workflows.ts";

/** Why workflows could not move to the checkout's graph. */
export type Obstacle = { readonly workflowIds: readonly string[] } & (
  | { readonly type: "definition-gone" }
  | { readonly type: "graph-unreadable"; readonly problem: string }
  | { readonly type: "node-gone"; readonly nodeId: string; readonly nodeType: string }
  | {
      readonly type: "node-retyped";
      readonly nodeId: string;
      readonly nodeType: string;
      readonly checkoutType: string;
    }
  | { readonly type: "data-reshaped"; readonly nodeId: string; readonly nodeType: string }
);

/** Why these workflows of one graph could not move to the checkout's graph of the same definition; none when all could. */
export function listObstacles(
  own: WorkflowDefinition | UnreadableGraph,
  next: WorkflowDefinition | undefined,
  workflows: readonly LiveWorkflow[],
): readonly Obstacle[] {
  const all = workflows.map(({ workflowId }) => workflowId);
  if ("problem" in own) return [{ type: "graph-unreadable", problem: own.problem, workflowIds: all }];
  if (next === undefined) return [{ type: "definition-gone", workflowIds: all }];
  return [...groupByNode(workflows)].flatMap(([nodeId, there]) => {
    const why = compareNodes(nodeId, findNode(own, nodeId), findNode(next, nodeId));
    return why === undefined ? [] : [{ ...why, workflowIds: there.map(({ workflowId }) => workflowId) }];
  });
}

function compareNodes(nodeId: string, before: Node | undefined, after: Node | undefined) {
  const nodeType = before?.type ?? "";
  if (before === undefined || after === undefined) return { type: "node-gone", nodeId, nodeType } as const;
  if (after.type !== nodeType) {
    return { type: "node-retyped", nodeId, nodeType, checkoutType: after.type } as const;
  }
  const isSameShape = dataShape(before.data) === dataShape(after.data);
  return isSameShape ? undefined : ({ type: "data-reshaped", nodeId, nodeType } as const);
}

/** The workflows by their current node, ordered by node id, so that the same workflows make the same plan. */
export function groupByNode(workflows: readonly LiveWorkflow[]): ReadonlyMap<string, readonly LiveWorkflow[]> {
  const groups = Map.groupBy(workflows, ({ currentNodeId = "" }) => currentNodeId);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function findNode({ nodes }: WorkflowDefinition, nodeId: string): Node | undefined {
  return nodes.find(({ id }) => id === nodeId);
}
