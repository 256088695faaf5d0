import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { assertPath, crashEverywhere, type RunOptions, runWorkflow, type TestRun } from "../../src/testing/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { findWorkflow } from "./find-workflow.ts";

const sample = readFileSync(new URL("../../src/workflows/samples/prices.csv", import.meta.url));
const upload = { bucket: "uploads", key: "prices/spring.csv" };

/** The workflow of this project with other data at its first two nodes. */
function withData(read: object, eachBatch: object = {}): WorkflowDefinition {
  const workflow = findWorkflow("price-update");
  const changes: Readonly<Record<string, object>> = { read, "each-batch": eachBatch };
  const nodes = workflow.nodes.map((node) => ({ ...node, data: { ...Object(node.data), ...changes[node.id] } }));
  return { ...workflow, nodes };
}

function optionsFor(csv: string | Uint8Array): RunOptions {
  const definitions = [findWorkflow("price-batch")];
  const objects = { [`${upload.bucket}/${upload.key}`]: csv };
  return { nodeDefinitions, definitions, objects, workflowId: "update", input: upload };
}

function update(csv: string | Uint8Array, workflow = withData({})): Promise<TestRun> {
  return runWorkflow(workflow, optionsFor(csv));
}

function reportOf(run: TestRun): unknown {
  return JSON.parse(run.objects["payloads/objects/price-updates/update.json"] ?? "null");
}

/** The lines of the sample that have a price, said again in the simplest way. */
function linesWithPrice(): readonly number[] {
  const isPriced = (text: string) => /^HF-\d{5},("[^"]+"|[^",]+),[ABC],\d{1,6}\.\d{2}$/.test(text);
  const lines = sample.toString().trimEnd().split("\n");
  return lines.flatMap((text, index) => (index > 0 && isPriced(text) ? [index + 1] : []));
}

const ChildResult = v.object({
  index: v.number(),
  status: v.string(),
  output: v.optional(v.object({ prices: v.array(v.object({ line: v.number(), price: v.number() })) })),
});
type ChildResult = v.InferOutput<typeof ChildResult>;

/** What the children resulted in, as the update stored it. */
function storedPrices(run: TestRun): readonly ChildResult[] {
  return v.parse(v.array(ChildResult), JSON.parse(run.objects["payloads/objects/prices/update.json"] ?? ""));
}

describe("price-update", () => {
  test("100 children price the 10,000 rows of the sample, and the one with the damaged rows fails alone", {
    timeout: 120_000,
  }, async () => {
    const run = await update(sample);
    assertPath(run, ["read", "each-batch", "store", "sum", "report"]);
    expect(run.children).toHaveLength(100);
    expect(reportOf(run)).toMatchObject({
      ...{ list: "prices/spring.csv", rows: 10_000, batches: 100, failedBatches: 1, priced: 9_832, invalid: 68 },
      invalidLines: { length: 20, 0: 18, 1: 167 },
      failures: [{ batch: 63, error: expect.stringContaining("87 of the 100 rows from line 6302 on are malformed") }],
    });
    // The 13 good rows of the damaged batch have no price.
    const lines = linesWithPrice().filter((line) => line < 6_302 || line > 6_401);
    expect(storedPrices(run).flatMap(({ output }) => output?.prices.map(({ line }) => line) ?? [])).toEqual(lines);
  });

  test("a thousand rows one by one are a thousand children, whose results stand in the order of the rows", {
    timeout: 120_000,
  }, async () => {
    const rows = 1_000;
    const lines = sample
      .toString()
      .split("\n")
      .slice(0, rows + 1);
    const run = await update(`${lines.join("\n")}\n`, withData({ batchSize: 1 }));
    expect(run.children).toHaveLength(rows);
    const stored = storedPrices(run);
    expect(stored.map(({ index }) => index)).toEqual(Array.from({ length: rows }, (_, index) => index));
    const priced = stored.filter(({ output }) => output?.prices.length === 1);
    const withPrice = linesWithPrice().filter((line) => line <= rows + 1);
    expect(priced.map(({ index }) => index + 2)).toEqual(withPrice);
    expect(priced.every(({ index, output }) => output?.prices[0]?.line === index + 2)).toBe(true);
    // A malformed row fails its child, a row that is wrong otherwise does not.
    const failedBatches = stored.filter(({ status }) => status === "failed").length;
    const invalid = rows - withPrice.length - failedBatches;
    expect(failedBatches + invalid).toBeGreaterThan(0);
    expect(reportOf(run)).toMatchObject({ batches: rows, failedBatches, priced: withPrice.length, invalid });
  });

  test("one failed child more than is tolerated fails the update, and no report is written", async () => {
    const csv = "sku,group,cost\nHF-00001,A,1.00\nHF-00002\nHF-00003\nHF-00004,A,free\n";
    const tolerated = await update(csv, withData({ batchSize: 1 }, { toleratedFailures: 2 }));
    expect(reportOf(tolerated)).toMatchObject({
      ...{ priced: 1, invalid: 1, failedBatches: 2 },
      failures: [{ batch: 1 }, { batch: 2 }],
    });
    const failed = await update(csv, withData({ batchSize: 1 }, { toleratedFailures: 1 }));
    expect(failed.status).toBe("failed");
    expect(failed.failedReason).toContain("2 of 4 children failed, more than is tolerated");
    expect(failed.objects).toEqual({ "uploads/prices/spring.csv": csv });
  });

  test("a list without rows needs no children", async () => {
    const run = await update("sku,group,cost\n");
    expect(run.children).toEqual([]);
    expect(reportOf(run)).toMatchObject({ rows: 0, batches: 0, priced: 0, invalid: 0, invalidLines: [], failures: [] });
  });

  test("columns are found by name in any order and case, and a row says what is malformed about it", async () => {
    const run = await update('Cost, SKU ,colour,Group\n1.00,HF-00001,red,A\n1.00,HF-00002\n"1.00"x,HF-00003,red,A\n');
    expect(run.outputs["read"]).toEqual({
      ...upload,
      rowCount: 3,
      batches: [
        {
          rows: [
            { line: 2, sku: "HF-00001", group: "A", cost: "1.00" },
            { line: 3, problem: "has 2 fields, the header has 4" },
            { line: 4, problem: "there is text after a closing quote" },
          ],
        },
      ],
    });
  });

  test.each([
    ["an empty file", "", "The header lacks: sku, group, cost"],
    ["a header without a column", "sku,group\n", "The header lacks: cost"],
    ["a file that is too large for one result", new Uint8Array(8 * 1_048_576 + 1), "at most 8388608 bytes"],
  ])("%s fails at once with a clear error", async (_what, csv, reason) => {
    const run = await update(csv);
    expect(run).toMatchObject({ status: "failed", version: 1 });
    expect(run.failedReason).toContain(reason);
  });

  test("wherever its process dies, every row is priced once and the report is the same", {
    timeout: 240_000,
  }, async () => {
    const csv = "sku,group,cost\nHF-00001,A,1.00\nHF-00002,B,2.00\nHF-00003\n";
    const workflow = withData({ batchSize: 2 }, { toleratedFailures: 1 });
    const { run, crashPoints } = await crashEverywhere(workflow, optionsFor(csv));
    expect(reportOf(run)).toMatchObject({ rows: 3, priced: 2, failedBatches: 1 });
    expect(crashPoints).toBeGreaterThan(100);
  });
});
