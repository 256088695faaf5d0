import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crashEverywhere, payloadBucket, type RunOptions, runWorkflow, type TestRun } from "../../src/testing/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { findWorkflow, largestResultBytes } from "./find-workflow.ts";

const workflow = findWorkflow("nightly-report");
const input = { scheduledAt: "2026-03-04T02:00:00Z", rule: "app-nightly-report" };
const products = readFileSync(new URL("../../src/workflows/samples/products.csv", import.meta.url));

function report(objects: RunOptions["objects"] = {}, over: Partial<typeof input> = {}): Promise<TestRun> {
  return runWorkflow(workflow, { nodeDefinitions, objects, input: { ...input, ...over } });
}

/** The objects that an import leaves. */
async function importCsv(csv: string | Uint8Array): Promise<TestRun["objects"]> {
  const upload = { bucket: "uploads", key: "products.csv" };
  const objects = { "uploads/products.csv": csv };
  return (await runWorkflow(findWorkflow("csv-import"), { nodeDefinitions, objects, input: upload })).objects;
}

/** What the run wrote. */
function textOf(run: TestRun, key: string): string | undefined {
  return run.objects[`${payloadBucket}/${key}`];
}

describe("nightly-report", () => {
  test("before any import the report says so", async () => {
    const run = await report();
    expect(run.status).toBe("completed");
    expect(textOf(run, "reports/2026-03-04.md")).toBe(
      "# Report of 2026-03-04\n\nStarted by the schedule app-nightly-report.\n\nNo file has been imported yet.\n",
    );
  });

  test("after an import the report counts its rows and lists its errors", async () => {
    const run = await report(await importCsv(products));
    const text = textOf(run, "reports/2026-03-04.md");
    expect(text).toContain("## Latest import: products.csv");
    expect(text).toMatch(/^\| 200 \| 191 \| 9 \| \d+ \|$/m);
    expect(text).toContain('| 30 | price must be an amount such as 12.50, not "twelve" |');
    expect(largestResultBytes(run)).toBeLessThan(8_192);
  });

  test("the date is the schedule's own in UTC, whenever the report runs", async () => {
    const run = await report({}, { scheduledAt: "2025-12-31T23:30:00-02:00" });
    expect(Object.keys(run.objects)).toEqual(["payloads/reports/2026-01-01.md"]);
  });

  test("text from a file can neither break the table nor add markup", async () => {
    const run = await report(await importCsv('sku,name,price,stock\nA,b,"<b>|\n# x",1\n'));
    expect(textOf(run, "reports/2026-03-04.md")).toContain(
      '| 2 | price must be an amount such as 12.50, not "\\<b\\>\\|\\\\n\\# x" |',
    );
  });

  test("an input without a time fails at once and publishes nothing", async () => {
    const run = await report({}, { scheduledAt: "tonight" });
    expect(run).toMatchObject({ status: "failed", version: 1, objects: {} });
    expect(run.errors[0]?.error).toContain("input.scheduledAt: must be an ISO 8601 time");
  });

  test("wherever its process dies, the same report is published", { timeout: 60_000 }, async () => {
    const { run } = await crashEverywhere(workflow, { nodeDefinitions, objects: await importCsv(products), input });
    expect(run.nodeIds).toEqual(["collect", "render", "publish"]);
  });
});
