import { findNodeDefinition, listDataIssues, type NodesDefinition, type WorkflowDefinition } from "../engine/index.ts";
import { groupByNode } from "./list-obstacles.ts";
import { findNeededNodes } from "./needed-nodes.ts";
import type { LiveWorkflow } from "./read-live-workflows.ts";

/** A node of a stored graph that live workflows need. */
export interface NeededNode {
  readonly definitionId: string;
  readonly hash: string;
  readonly nodeId: string;
  readonly type: string;
  /** How many live workflows need it. */
  readonly workflows: number;
}

/** A node whose data its type, as the checkout has it, refuses: whoever gets there fails with `node.input_invalid`. */
export interface RefusedData extends NeededNode {
  /** A path and a reason each. */
  readonly problems: readonly string[];
}

/** What strands live workflows. */
export interface UnmetNeeds {
  /** Nodes of types that the checkout has not. */
  readonly missingTypes: readonly NeededNode[];
  /** Not judged is what `listDataIssues` does not judge, and the data of a type that is missing. */
  readonly refusedData: readonly RefusedData[];
}

/** What these workflows of one stored graph need and node types do not give; by `findNeededNodes`. */
export function listUnmetNeeds(
  {
    definitionId,
    hash,
    own,
  }: { readonly definitionId: string; readonly hash: string; readonly own: WorkflowDefinition },
  nodeDefinitions: NodesDefinition,
  workflows: readonly LiveWorkflow[],
): UnmetNeeds {
  const needs = [...groupByNode(workflows)].flatMap(([nodeId, { length }]) =>
    findNeededNodes(own, nodeId).map((node) => ({ node, count: length })),
  );
  const needed = [...Map.groupBy(needs, ({ node }) => node)].map(([node, those]) => {
    const total = those.reduce((sum, { count }) => sum + count, 0);
    const found: NeededNode = { definitionId, hash, nodeId: node.id, type: node.type, workflows: total };
    const isMissing = findNodeDefinition(nodeDefinitions, node.type) === undefined;
    return { found, isMissing, problems: listDataIssues(node, nodeDefinitions) };
  });
  return {
    missingTypes: needed.filter(({ isMissing }) => isMissing).map(({ found }) => found),
    refusedData: needed
      .filter(({ problems }) => problems.length > 0)
      .map(({ found, problems }) => ({ ...found, problems })),
  };
}
