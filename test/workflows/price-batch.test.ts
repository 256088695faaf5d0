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
  test("each group has its margin, prices are rounded to cents and stand in the order of the rows", async () => {
    const run = await price([
      row(2, { group: "C", cost: "0.99" }),
      row(3, { group: "B" }),
      row(4, { cost: "123456.78" }),
    ]);
    assertPath(run, ["judge", "price"]);
    expect(run.outputs["price"]).toEqual({
      prices: [
        { line: 2, sku: "HF-00001", price: 1.88 },
        { line: 3, sku: "HF-00001", price: 16.5 },
        { line: 4, sku: "HF-00001", price: 172839.49 },
      ],
      invalidLines: [],
    });
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
  ])("a row with %s is named by its line and has no price", async (_what, over) => {
    const run = await price([row(2), JSON.parse(JSON.stringify(row(3, over)))]);
    expect(run.outputs["price"]).toMatchObject({ prices: [{ line: 2 }], invalidLines: [3] });
  });

  test("rows without a single price give empty lists", async () => {
    expect((await price([row(2, { cost: "" })])).outputs["price"]).toEqual({ prices: [], invalidLines: [2] });
  });

  test("a batch of which more than half are malformed is refused, and says how", async () => {
    const run = await price([
      { line: 7, problem: "has 1 fields, the header has 4" },
      { line: 8, problem: "x" },
      row(9),
    ]);
    assertPath(run, ["judge", "refuse"]);
    expect(run.failedReason).toContain(
      "2 of the 3 rows from line 7 on are malformed; the first has 1 fields, the header has 4",
    );
  });

  test("wherever its process dies, the same prices come out", { timeout: 60_000 }, async () => {
    const { run } = await crashEverywhere(workflow, {
      nodeDefinitions,
      input: { rows: [row(2), row(3, { cost: "" })] },
    });
    expect(run.outputs["price"]).toMatchObject({ prices: [{ line: 2 }], invalidLines: [3] });
  });
});
