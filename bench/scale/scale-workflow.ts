import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";

/** How many steps a workflow of the simulation takes. */
export const stepsPerWorkflow = 10;

/** A chain of nodes, each of which runs once. */
export const scaleWorkflow: WorkflowDefinition = {
  id: "scale",
  nodes: Array.from({ length: stepsPerWorkflow }, (_, at) => ({ id: `node-${at}`, type: "scale-work", data: null })),
  edges: Array.from({ length: stepsPerWorkflow - 1 }, (_, at) => ({
    id: `edge-${at}`,
    source: `node-${at}`,
    target: `node-${at + 1}`,
  })),
};

/** The node of the chain: it takes its time, as one that calls a service does, and has a result of some 100 bytes. */
export function createScaleNodes(work: () => Promise<void>): NodesDefinition {
  return {
    "scale-work": {
      executor: async () => {
        await work();
        return { data: { text: "x".repeat(90) } };
      },
    },
  };
}
