import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { WorkflowId } from "../../src/contracts/ids.ts";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { type NodeDefinition, StandardSchemaValidator } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { type SubWorkflowResult, subWorkflow } from "../../src/nodes/sub-workflow.ts";
import { Harness } from "../dispatcher/harness.ts";
import { own, runChildNode } from "./run-child-node.ts";

describe("sub-workflow", () => {
  test("waits for its child and results in its output", async () => {
    const { output, workflow } = await runChildNode("sub-workflow", { definitionId: "child", input: { order: 7 } });
    expect([workflow.status, output]).toEqual([
      "completed",
      { workflowId: "w.1.0", output: { got: { order: 7 } } } satisfies SubWorkflowResult,
    ]);
  });

  test("reads an output that is large, and leaves one that is very large where it is", async () => {
    const large = "x".repeat(100_000);
    expect((await runChildNode("sub-workflow", { definitionId: "child", input: large })).output).toMatchObject({
      output: { got: large },
    });
    const veryLarge = await runChildNode("sub-workflow", { definitionId: "child", input: "x".repeat(9_000_000) });
    expect(veryLarge.output).toMatchObject({ output: { $reference: { sizeBytes: 9_000_010 } } });
  });

  test("fails when its child fails, with the child's reason", async () => {
    const { workflow } = await runChildNode("sub-workflow", { definitionId: "child", input: "bad" });
    expect([workflow.status, workflow.metadata["failedReason"]]).toEqual([
      "failed",
      expect.stringContaining("w.1.0: Error: a bad item"),
    ]);
  });

  test("detached goes on at once, and starts the other workflow once", async () => {
    const { harness, workflow, output } = await runChildNode("sub-workflow", {
      definitionId: "child",
      mode: "detached",
    });
    expect([workflow.version, output]).toEqual([1, { workflowId: "w:node:0" }]);
    expect(await harness.view("w:node:0")).toMatchObject({ status: "completed", context: { work: [{ attempt: 1 }] } });
    const named = await runChildNode("sub-workflow", {
      definitionId: "child",
      mode: "detached",
      workflowId: "audit-1",
    });
    expect(named.output).toEqual({ workflowId: "audit-1" });
    expect(await named.harness.view("audit-1")).toMatchObject({ status: "completed" });
  });

  test("says what its data must have when it fits neither way", async () => {
    const result = await new StandardSchemaValidator().validate(
      { definitionId: "child", inputs: 1 },
      subWorkflow.metadata ?? {},
    );
    expect(result.errors).toEqual([{ path: "root", message: expect.stringMatching(/^must have definitionId/) }]);
  });

  test("detached has an id that is one, however long its own workflow's is", async () => {
    for (const length of [121, 122, 128]) {
      const parentId = "p".repeat(length);
      const { harness, output } = await runChildNode(
        "sub-workflow",
        { definitionId: "child", mode: "detached" },
        parentId,
      );
      const { workflowId } = v.parse(v.object({ workflowId: WorkflowId }), output);
      expect(await harness.view(workflowId)).toMatchObject({ status: "completed" });
      expect(harness.queue.deadLetters, String(length)).toEqual([]);
    }
  });

  test("a node type of one's own starts no workflow under what is no id", async () => {
    for (const workflowId of ["a b", "a#b", "x".repeat(129), "constructor"]) {
      const starts: NodeDefinition = {
        executor: async (_data, _context, _payload, _globals, step) => ({
          data: await step?.startWorkflow?.({ definitionId: "parent", input: null, workflowId }),
        }),
      };
      const parent: WorkflowDefinition = { id: "parent", nodes: [{ id: "node", type: "starts", data: {} }], edges: [] };
      const harness = new Harness({ workflows: [parent], nodes: { starts } });
      await harness.start("w", "parent");
      await harness.run();
      expect((await harness.view("w")).context["node"]).toMatchObject([{ errorCode: "workflow.refused" }]);
    }
  });

  test("detached fails when there is no such definition", async () => {
    const { workflow } = await runChildNode("sub-workflow", { definitionId: "nowhere", mode: "detached" });
    expect(workflow.metadata["failedReason"]).toContain("There is no definition nowhere");
  });

  test("nests: a child may wait for a child of its own", async () => {
    const nested: WorkflowDefinition = {
      id: "nested",
      nodes: [{ id: "node", type: "sub-workflow", data: { definitionId: "child", input: "deep" } }],
      edges: [],
    };
    const outer: WorkflowDefinition = {
      id: "outer",
      nodes: [{ id: "node", type: "sub-workflow", data: { definitionId: "nested" } }],
      edges: [],
    };
    const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };
    const harness = new Harness({ workflows: [outer, nested, child], nodes: { ...nodes, ...own } });
    await harness.start("w", "outer");
    await harness.run();
    expect((await harness.view("w")).context["node"]?.at(-1)?.output).toMatchObject({
      workflowId: "w.1.0",
      output: { workflowId: "w.1.0.1.0", output: { got: "deep" } },
    });
  });
});
