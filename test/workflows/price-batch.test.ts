import { describe, expect, test } from "vitest";
import { assertPath, crashEverywhere, runWorkflow, type TestRun } from "../../src/testing/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { findWorkflow } from "./find-workflow.ts";

const workflow = findWorkflow("price-batch");
const row = (line: number, over: object = {}) => ({ line, sku: "HF-00001", group: "A", cost: "10.00", ...over });

function price(rows: readonly object[]): Promise<TestRun> {
  return runWorkflow(workflow, { nodeDefinitions, workflowId: "batch", input: { rows } });
}

describe("price-batch", () => {
  test("each group has its margin, prices are rounded to cents, and they are stored in the order of the rows", async () => {
    const run = await price([
      row(2, { group: "C", cost: "0.99" }),
      row(3, { group: "B" }),
      row(4, { cost: "123456.78" }),
    ]);
    assertPath(run, ["price", "judge", "store", "count"]);
    expect(JSON.parse(run.objects["payloads/objects/prices/batch.json"] ?? "")).toEqual([
      { line: 2, sku: "HF-00001", price: 1.88 },
      { line: 3, sku: "HF-00001", price: 16.5 },
      { line: 4, sku: "HF-00001", price: 172839.49 },
    ]);
    expect(run.outputs["count"]).toEqual({ rows: 3, priced: 3, invalid: 0, invalidLines: [] });
  });

  test.each([
    ["no cost", { cost: "" }],
    ["a cost that is no amount", { cost: "on request" }],
    ["a decimal comma", { cost: "12,40" }],
    ["a negative cost", { cost: "-1.00" }],
    ["an unknown group", { group: "X" }],
    ["a group that is a member of every object", { group: "constructor" }],
    ["another sku", { sku: "hf-00001" }],
    ["a malformed row", { sku: undefined, group: undefined, cost: undefined, problem: "has 3 fields" }],
  ])("a row with %s is counted by its line and has no price", async (_what, over) => {
    const rows = [row(2), JSON.parse(JSON.stringify(row(3, over)))];
    const run = await price(rows);
    expect(run.outputs["count"]).toEqual({ rows: 2, priced: 1, invalid: 1, invalidLines: [3] });
  });

  test("a batch of which fewer than half have a price is refused, and nothing of it is stored", async () => {
    const run = await price([row(7), row(8, { cost: "" }), row(9, { cost: "" })]);
    assertPath(run, ["price", "judge", "refuse"]);
    expect(run).toMatchObject({ status: "failed", objects: {} });
    expect(run.failedReason).toContain("Only 1 of the 3 rows from line 7 on have a price");
  });

  test("wherever its process dies, the same prices are stored", { timeout: 60_000 }, async () => {
    const { run } = await crashEverywhere(workflow, {
      nodeDefinitions,
      input: { rows: [row(2), row(3, { cost: "" })] },
    });
    expect(run.outputs["count"]).toMatchObject({ priced: 1, invalidLines: [3] });
  });
});
