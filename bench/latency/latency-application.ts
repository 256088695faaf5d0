import type { WorkflowDefinition } from "../../src/engine/index.ts";
import type { Application } from "../../src/platforms/aws/aws-platform.ts";

/** Steps of the workflow that is measured. */
export const steps = 10;

const nodeIds = Array.from({ length: steps }, (_, index) => `step-${index + 1}`);

/** Ten nodes, one after the other. */
export const chainWorkflow: WorkflowDefinition = {
  id: "bench-chain",
  nodes: nodeIds.map((id) => ({ id, type: "bench-nothing", data: null })),
  edges: nodeIds.slice(1).map((target, index) => ({ id: `to-${target}`, source: `step-${index + 1}`, target })),
};

/** The chain alone; its nodes do nothing. */
export const latencyApplication: Application = {
  workflows: [chainWorkflow],
  nodeDefinitions: { "bench-nothing": { executor: async () => ({ data: null }) } },
  bindings: { objectCreated: [], schedules: [] },
};
