import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { StepContext } from "../../src/engine/index.ts";
import { countTolerated } from "../../src/nodes/child-plan.ts";
import { MapData, type MapResult, map } from "../../src/nodes/map.ts";
import { payloadBucket } from "../dispatcher/harness.ts";
import { runChildNode, runs } from "./run-child-node.ts";

describe("map", () => {
  test("runs a child for each item and results in what became of them, in their order", async () => {
    const { workflow, output } = await runChildNode("map", { definitionId: "child", items: ["a", { b: 1 }, null] });
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
    const { workflow, output } = await runChildNode("map", { definitionId: "child", items: [] });
    expect([workflow.version, output]).toEqual([1, { count: 0, failed: 0, results: [] }]);
  });

  test("fails when more fail than is tolerated, and says which child was one too many", async () => {
    const items = ["bad", "a", "bad", "b"];
    const some = await runChildNode("map", { definitionId: "child", items, toleratedFailures: 2 });
    expect(some.output).toMatchObject({ count: 4, failed: 2 });
    const share = await runChildNode("map", { definitionId: "child", items, toleratedFailures: "50%" });
    expect(share.output).toMatchObject({ failed: 2 });
    const { workflow } = await runChildNode("map", {
      definitionId: "child",
      items,
      toleratedFailures: 1,
      maxConcurrency: 1,
    });
    expect(workflow.status).toBe("failed");
    expect(workflow.metadata["failedReason"]).toContain("2 of 4 children failed, more than is tolerated");
    expect(workflow.metadata["failedReason"]).toContain("w.1.2: Error: a bad item");
  });

  test("of three thousand items runs each once", async () => {
    const items = Array.from({ length: 3_000 }, (_, index) => index);
    const { workflow, output } = await runChildNode("map", { definitionId: "child", items, maxConcurrency: 200 });
    expect([workflow.status, workflow.version]).toEqual(["completed", 3]);
    expect(runs.toSorted((a, b) => Number(a) - Number(b))).toEqual(items);
    const { results } = output as { results: { index: number }[] };
    expect(results.map(({ index }) => index)).toEqual(items);
  }, 60_000);

  test("of results that are more than one value takes leaves them in objects", async () => {
    const items = Array.from({ length: 1_100 }, (_, index) => `long ${index}`);
    const { harness, output } = await runChildNode("map", { definitionId: "child", items, maxConcurrency: 50 });
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
    ["more failures than there can be children", { definitionId: "child", items: [], toleratedFailures: 1e9 }],
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
    ["29%", 100, 29],
    ["0.57%", 10_000, 57],
    ["0.007%", 100_000, 7],
    ["33.333%", 3, 0],
  ] as const)("tolerates %s of %i as %i", (tolerated, count, expected) => {
    expect(countTolerated(tolerated, count)).toBe(expected);
  });

  test("children that have ended are collected, whatever the expression for the items comes to by then", async () => {
    const joined = { version: 1, count: 2, lanes: 1, failed: 0 };
    const step: StepContext = {
      ...{ workflowId: "w", version: 2, attempt: 1, startedAt: 0, stepKey: "k", attemptKey: "k1", joined },
      signal: new AbortController().signal,
      resumeToken: async () => "",
      collectChildren: async () => ({ results: [] }),
    };
    const outcome = await map.executor({ definitionId: "child", items: [] }, {}, undefined, undefined, step);
    expect(outcome).toEqual({ data: { count: 2, failed: 0, results: [] } });
  });
});
