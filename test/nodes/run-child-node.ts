import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { Harness } from "../dispatcher/harness.ts";

/** The inputs of the children that ran since the last run began. */
export const runs: unknown[] = [];
/** What a child does, by its input. */
export const own: NodesDefinition = {
  work: {
    executor: async (_data, _context, _payload, _globals, step) => {
      runs.push(step?.input);
      if (step?.input === "bad") throw new Error("a bad item");
      // As large as what still stands in an item.
      if (String(step?.input).startsWith("long")) return { data: { got: step?.input, text: "x".repeat(7_900) } };
      return { data: { got: step?.input } };
    },
  },
};

/** Runs a workflow of one node beside a definition `child`, and gives it back. */
export async function runChildNode(type: string, data: unknown, workflowId = "w") {
  runs.length = 0;
  const parent: WorkflowDefinition = { id: "parent", nodes: [{ id: "node", type, data }], edges: [] };
  const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };
  const harness = new Harness({ workflows: [parent, child], nodes: { ...nodes, ...own } });
  await harness.start(workflowId, "parent");
  await harness.run();
  const workflow = await harness.view(workflowId);
  return { harness, workflow, output: workflow.context["node"]?.at(-1)?.output };
}
