import type { WorkflowDefinition } from "../../src/engine/index.ts";
import type { WorkflowRun } from "../../src/testing/index.ts";
import { workflows } from "../../src/workflows/registry.ts";

/** A definition of this project by its id. */
export function findWorkflow(id: string): WorkflowDefinition {
  const workflow = workflows.find((candidate) => candidate.id === id);
  if (workflow === undefined) throw new Error(`There is no workflow ${id}.`);
  return workflow;
}

/** The size of the largest single result, as JSON. */
export function largestResultBytes({ results }: WorkflowRun): number {
  const sizes = Object.values(results).flat();
  return Math.max(...sizes.map((result) => new TextEncoder().encode(JSON.stringify(result)).length));
}
