import type { NodesDefinition, WorkflowDefinition } from "../engine/index.ts";
import { listObstacles, type Obstacle } from "./list-obstacles.ts";
import type { LiveWorkflow, UnreadableGraph } from "./read-live-workflows.ts";
import { listUnmetNeeds, type UnmetNeeds } from "./unmet-needs.ts";

/** What a plan is made of. */
export interface PlanInput {
  /** The definitions of the code that is to be deployed; it has every node type that these name, and each takes their data. */
  readonly checkout: readonly { readonly hash: string; readonly workflow: WorkflowDefinition }[];
  /** The node types of that code. */
  readonly nodeDefinitions: NodesDefinition;
  /** The graphs of all live workflows by hash, but for those of the checkout. */
  readonly stored: ReadonlyMap<string, WorkflowDefinition | UnreadableGraph>;
  readonly live: readonly LiveWorkflow[];
}

/** One graph that live workflows run on, and what the checkout has of it. */
export interface PlannedGraph {
  readonly definitionId: string;
  readonly hash: string;
  /** `could move` when all of them could, `cannot move` when one could not. */
  readonly verdict: "unaffected" | "could move" | "cannot move";
  readonly workflows: number;
  /** Of those that the checkout's graph is another for. */
  readonly couldMove: number;
  readonly cannotMove: number;
  readonly obstacles: readonly Obstacle[];
}

/** What a deployment of the checkout means for the workflows that are live. */
export interface DeploymentPlan extends UnmetNeeds {
  /** Whether every live workflow can end by the graph that it started with (I15). */
  readonly isSafe: boolean;
  readonly workflows: number;
  readonly graphs: readonly PlannedGraph[];
}

/**
 * Compares the checkout with what live workflows run on; moving a workflow to another graph is not built. The same
 * workflows make the same plan, in whatever order they come.
 */
export function planDeployment(input: PlanInput): DeploymentPlan {
  const live = input.live.toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
  const byDefinition = Map.groupBy(live, ({ definitionId }) => definitionId);
  const planned = [...byDefinition]
    .flatMap(([definitionId, those]) => {
      const byHash = Map.groupBy(those, ({ definitionHash }) => definitionHash);
      return [...byHash].map(([hash, workflows]) => planGraph(input, { definitionId, hash, workflows }));
    })
    .sort(compareGraphs);
  const graphs = planned.map(({ graph }) => graph);
  const missingTypes = planned.flatMap(({ unmet }) => unmet.missingTypes);
  const refusedData = planned.flatMap(({ unmet }) => unmet.refusedData);
  const isReadable = graphs.every(({ obstacles }) => obstacles.every(({ type }) => type !== "graph-unreadable"));
  const isSafe = missingTypes.length === 0 && refusedData.length === 0 && isReadable;
  return { isSafe, workflows: input.live.length, graphs, missingTypes, refusedData };
}

interface Planned {
  readonly graph: PlannedGraph;
  readonly unmet: UnmetNeeds;
}

interface Group {
  readonly definitionId: string;
  readonly hash: string;
  readonly workflows: readonly LiveWorkflow[];
}

const noUnmetNeeds: UnmetNeeds = { missingTypes: [], refusedData: [] };

function planGraph({ checkout, nodeDefinitions, stored }: PlanInput, group: Group): Planned {
  const { definitionId, hash, workflows } = group;
  const counted = { definitionId, hash, workflows: workflows.length };
  if (checkout.some((definition) => definition.hash === hash)) {
    const graph = { ...counted, verdict: "unaffected", couldMove: 0, cannotMove: 0, obstacles: [] } as const;
    return { graph, unmet: noUnmetNeeds };
  }
  const own = stored.get(hash) ?? { problem: "It was not read" };
  const next = checkout.find(({ workflow }) => workflow.id === definitionId)?.workflow;
  const obstacles = listObstacles(own, next, workflows);
  const cannotMove = obstacles.reduce((sum, { workflowIds }) => sum + workflowIds.length, 0);
  const verdict = cannotMove === 0 ? "could move" : "cannot move";
  const graph = { ...counted, verdict, couldMove: workflows.length - cannotMove, cannotMove, obstacles } as const;
  const unmet =
    "problem" in own ? noUnmetNeeds : listUnmetNeeds({ definitionId, hash, own }, nodeDefinitions, workflows);
  return { graph, unmet };
}

function compareGraphs({ graph: a }: Planned, { graph: b }: Planned): number {
  if (a.definitionId !== b.definitionId) return a.definitionId < b.definitionId ? -1 : 1;
  return b.workflows - a.workflows || (a.hash < b.hash ? -1 : 1);
}
