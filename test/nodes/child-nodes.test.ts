import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { countTolerated } from "../../src/nodes/child-plan.ts";
import { nodes } from "../../src/nodes/index.ts";
import { MapData, type MapResult } from "../../src/nodes/map.ts";
import type { ParallelResult } from "../../src/nodes/parallel.ts";
import type { SubWorkflowResult } from "../../src/nodes/sub-workflow.ts";
import { Harness, payloadBucket } from "../dispatcher/harness.ts";

const runs: unknown[] = [];
const own: NodesDefinition = {
  work: {
    executor: async (_data, _context, _payload, _globals, step) => {
      runs.push(step?.input);
      if (step?.input === "bad") throw new Error("a bad item");
      return { data: { got: step?.input } };
    },
  },
};

/** Runs a workflow of one node beside a definition `child`, and gives it back. */
async function run(type: string, data: unknown, workflowId = "w") {
  runs.length = 0;
  const parent: WorkflowDefinition = { id: "parent", nodes: [{ id: "node", type, data }], edges: [] };
  const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };
  const harness = new Harness({ workflows: [parent, child], nodes: { ...nodes, ...own } });
  await harness.start(workflowId, "parent");
  await harness.run();
  const workflow = await harness.view(workflowId);
  return { harness, workflow, output: workflow.context["node"]?.at(-1)?.output };
}

describe("map", () => {
  test("runs a child for each item and results in what became of them, in their order", async () => {
    const { workflow, output } = await run("map", { definitionId: "child", items: ["a", { b: 1 }, null] });
    expect(workflow.status).toBe("completed");
    expect(output).toEqual({
      count: 3,
      failed: 0,
      results: [
        { index: 0, workflowId: "w.1.0", status: "completed", output: { got: "a" } },
        { index: 1, workflowId: "w.1.1", status: "completed", output: { got: { b: 1 } } },
        { index: 2, workflowId: "w.1.2", status: "completed", output: { got: null } },
      ],
    });
  });

  test("of no items is done at once", async () => {
    const { workflow, output } = await run("map", { definitionId: "child", items: [] });
    expect([workflow.version, output]).toEqual([1, { count: 0, failed: 0, results: [] }]);
  });

  test("fails when more fail than is tolerated, and says which child was one too many", async () => {
    const items = ["bad", "a", "bad", "b"];
    const some = await run("map", { definitionId: "child", items, toleratedFailures: 2 });
    expect(some.output).toMatchObject({ count: 4, failed: 2 });
    const share = await run("map", { definitionId: "child", items, toleratedFailures: "50%" });
    expect(share.output).toMatchObject({ failed: 2 });
    const { workflow } = await run("map", { definitionId: "child", items, toleratedFailures: 1, maxConcurrency: 1 });
    expect(workflow.status).toBe("failed");
    expect(workflow.metadata["failedReason"]).toContain("2 of 4 children failed, more than is tolerated");
    expect(workflow.metadata["failedReason"]).toContain("w.1.2: Error: a bad item");
  });

  test("of three thousand items runs each once", async () => {
    const items = Array.from({ length: 3_000 }, (_, index) => index);
    const { workflow, output } = await run("map", { definitionId: "child", items, maxConcurrency: 200 });
    expect([workflow.status, workflow.version]).toEqual(["completed", 3]);
    expect(runs.toSorted((a, b) => Number(a) - Number(b))).toEqual(items);
    const { results } = output as { results: { index: number }[] };
    expect(results.map(({ index }) => index)).toEqual(items);
  }, 60_000);

  test("of results that are more than one value takes leaves them in objects", async () => {
    const items = Array.from({ length: 1_100 }, (_, index) => `${index}:${"x".repeat(7_900)}`);
    const { harness, output } = await run("map", { definitionId: "child", items, maxConcurrency: 50 });
    const result = output as MapResult;
    if (!("resultObjects" in result)) throw new Error("the results are one value");
    expect(result.resultObjects.map(({ first, count }) => [first, count])).toEqual([
      [0, expect.any(Number)],
      [expect.any(Number), expect.any(Number)],
    ]);
    expect(result.resultObjects.reduce((sum, { count }) => sum + count, 0)).toBe(1_100);
    const [, second] = result.resultObjects;
    const part = await harness.blobs.read({ bucket: payloadBucket, key: second?.key ?? "" });
    const read: unknown = JSON.parse(new TextDecoder().decode(part?.bytes));
    expect(Array.isArray(read) && read[0]).toMatchObject({ index: second?.first, status: "completed" });
  });

  test.each([
    ["no items", { definitionId: "child" }],
    ["items that are no list", { definitionId: "child", items: {} }],
    ["100,001 items", { definitionId: "child", items: new Array(100_001).fill(0) }],
    ["a concurrency of 0", { definitionId: "child", items: [], maxConcurrency: 0 }],
    ["a concurrency of 1,001", { definitionId: "child", items: [], maxConcurrency: 1_001 }],
    ["a share above 100%", { definitionId: "child", items: [], toleratedFailures: "101%" }],
    ["a negative number of failures", { definitionId: "child", items: [], toleratedFailures: -1 }],
  ])("refuses %s", (_name, data) => {
    expect(v.safeParse(MapData, data).success).toBe(false);
  });

  test.each([
    [undefined, 10, 0],
    [3, 10, 3],
    ["0%", 10, 0],
    ["10%", 19, 1],
    ["12.5%", 80, 10],
    ["100%", 7, 7],
  ] as const)("tolerates %s of %i as %i", (tolerated, count, expected) => {
    expect(countTolerated(tolerated, count)).toBe(expected);
  });
});

describe("parallel", () => {
  test("runs its branches and results in what became of each, by name", async () => {
    const branches = { hotel: { definitionId: "child", input: "h" }, car: { definitionId: "child" } };
    const { output } = await run("parallel", { branches });
    expect(output).toEqual({
      failed: 0,
      branches: {
        hotel: { workflowId: "w.1.1", status: "completed", output: { got: "h" } },
        car: { workflowId: "w.1.0", status: "completed", output: { got: null } },
      },
    } satisfies ParallelResult);
  });

  test("fails with its first branch that does, unless that is tolerated", async () => {
    const branches = { good: { definitionId: "child" }, bad: { definitionId: "child", input: "bad" } };
    expect((await run("parallel", { branches })).workflow.status).toBe("failed");
    expect((await run("parallel", { branches, toleratedFailures: 1 })).output).toMatchObject({
      failed: 1,
      branches: { bad: { status: "failed", error: "Error: a bad item" } },
    });
  });
});

describe("sub-workflow", () => {
  test("waits for its child and results in its output", async () => {
    const { output, workflow } = await run("sub-workflow", { definitionId: "child", input: { order: 7 } });
    expect([workflow.status, output]).toEqual([
      "completed",
      { workflowId: "w.1.0", output: { got: { order: 7 } } } satisfies SubWorkflowResult,
    ]);
  });

  test("reads an output that is large, and leaves one that is very large where it is", async () => {
    const large = "x".repeat(100_000);
    expect((await run("sub-workflow", { definitionId: "child", input: large })).output).toMatchObject({
      output: { got: large },
    });
    const veryLarge = await run("sub-workflow", { definitionId: "child", input: "x".repeat(9_000_000) });
    expect(veryLarge.output).toMatchObject({ output: { $reference: { sizeBytes: 9_000_010 } } });
  });

  test("fails when its child fails, with the child's reason", async () => {
    const { workflow } = await run("sub-workflow", { definitionId: "child", input: "bad" });
    expect([workflow.status, workflow.metadata["failedReason"]]).toEqual([
      "failed",
      expect.stringContaining("w.1.0: Error: a bad item"),
    ]);
  });

  test("detached goes on at once, and starts the other workflow once", async () => {
    const { harness, workflow, output } = await run("sub-workflow", { definitionId: "child", mode: "detached" });
    expect([workflow.version, output]).toEqual([1, { workflowId: "w:node:0" }]);
    expect(await harness.view("w:node:0")).toMatchObject({ status: "completed", context: { work: [{ attempt: 1 }] } });
    const named = await run("sub-workflow", { definitionId: "child", mode: "detached", workflowId: "audit-1" });
    expect(named.output).toEqual({ workflowId: "audit-1" });
    expect(await named.harness.view("audit-1")).toMatchObject({ status: "completed" });
  });

  test("detached fails when there is no such definition", async () => {
    const { workflow } = await run("sub-workflow", { definitionId: "nowhere", mode: "detached" });
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
