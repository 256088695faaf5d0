import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";

/** Bugs that the simulation found (docs/reliability.md), each in the fewest events that show it. */

const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };

describe("a workflow that nobody waits for", () => {
  const launching = (label: string): WorkflowDefinition => ({
    id: "launching",
    nodes: [{ id: "launch", type: "launch", data: { label, start: { definitionId: "child", input: { b: 1, a: 2 } } } }],
    edges: [],
  });

  test("is started once by a node that runs again after a deployment, whatever the order of its input's keys", async () => {
    let runs = 0;
    const nodes: NodesDefinition = {
      launch: {
        retryPolicy: { maxAttempts: 2, interval: 1000, backoff: "fixed" },
        executor: async (data, _context, _payload, _globals, step) => {
          const { start } = data as { readonly start: { readonly definitionId: string; readonly input: unknown } };
          const workflowId = await step?.startWorkflow?.(start);
          runs += 1;
          if (runs === 1) throw new Error("not yet");
          return { data: { workflowId } };
        },
      },
      work: { executor: async (_data, _context, _payload, _globals, step) => ({ data: step?.input }) },
    };
    const harness = new Harness({ workflows: [launching("before"), child], nodes });
    await harness.start("p", "launching");
    await harness.drain();
    harness.workflows = [launching("after"), child];
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
    expect(await harness.view("p:launch:0")).toMatchObject({ status: "completed", input: { a: 2, b: 1 } });
  });
});
