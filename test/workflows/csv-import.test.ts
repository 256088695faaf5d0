import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { crashEverywhere, payloadBucket, type RunOptions, runWorkflow, type TestRun } from "../../src/testing/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import { findWorkflow, largestResultBytes } from "./find-workflow.ts";
import { RecordingBlobStore } from "./recording-blob-store.ts";

const upload = { bucket: "uploads", key: "incoming/a b.csv", sizeBytes: 0, etag: "e" };
const sample = readFileSync(new URL("../../src/workflows/samples/products.csv", import.meta.url));

/** The workflow of this project with other limits. */
function withLimits(limits: { minBatchBytes?: number; maxRowBytes?: number }): WorkflowDefinition {
  const workflow = findWorkflow("csv-import");
  const nodes = workflow.nodes.map((node) => ({ ...node, data: { ...Object(node.data), ...limitsOf(node.id) } }));
  return { ...workflow, nodes };

  function limitsOf(nodeId: string): object {
    const { minBatchBytes, maxRowBytes } = limits;
    if (nodeId === "open" && minBatchBytes !== undefined) return { minBatchBytes };
    return nodeId === "read-batch" && maxRowBytes !== undefined ? { maxRowBytes } : {};
  }
}

/** An import, and the buckets that it read from and wrote to. */
interface Import {
  readonly run: TestRun;
  readonly blobs: RecordingBlobStore;
}

async function importFrom(
  blobs: RecordingBlobStore,
  options: RunOptions = {},
  workflow = withLimits({}),
): Promise<Import> {
  const given = { nodeDefinitions, workflowId: "import-1", input: upload, globals: { blobs } };
  return { run: await runWorkflow(workflow, { ...given, ...options }), blobs };
}

function importCsv(csv: string | Uint8Array, limits: Parameters<typeof withLimits>[0] = {}): Promise<Import> {
  return importFrom(storeOf(csv), {}, withLimits(limits));
}

function storeOf(csv: string | Uint8Array, bucket = upload.bucket): RecordingBlobStore {
  const blobs = new RecordingBlobStore();
  blobs.put(bucket, upload.key, csv);
  return blobs;
}

function summaryOf({ blobs }: Import): unknown {
  return JSON.parse(blobs.text(payloadBucket, "imports/import-1/summary.json") ?? "null");
}

function lastError({ run }: Import): string | undefined {
  return run.status === "failed" ? run.errors.at(-1)?.error : undefined;
}

describe("csv-import", () => {
  test("the sample file is read in several batches, and every invalid row is named by its line", async () => {
    const done = await importCsv(sample);
    expect(done.run.status).toBe("completed");
    expect(done.run.nodeIds).toEqual(["open", "read-batch", "read-batch", "summarise"]);
    expect(summaryOf(done)).toEqual({
      schemaVersion: 1,
      workflowId: "import-1",
      source: { bucket: "uploads", key: "incoming/a b.csv" },
      totalBytes: sample.length,
      rows: 200,
      validRows: 191,
      invalidRows: 9,
      stockUnits: expect.any(Number),
      errors: [
        { line: 13, reason: 'name must be 1 to 200 characters, not ""' },
        { line: 30, reason: 'price must be an amount such as 12.50, not "twelve"' },
        { line: 60, reason: 'stock must be a whole number from 0, not "-3"' },
        { line: 85, reason: 'sku must be 1 to 40 letters, digits, dots, dashes, not "HAS SPACE"' },
        { line: 103, reason: "has 3 fields, the header has 4" },
        { line: 121, reason: 'price must be an amount such as 12.50, not "9.999"' },
        { line: 150, reason: 'stock must be a whole number from 0, not "many"' },
        { line: 169, reason: 'price must be an amount such as 12.50, not ""' },
        { line: 196, reason: 'stock must be a whole number from 0, not "1.5"' },
      ],
    });
  });

  test("nothing is written but two objects in the payload bucket", async () => {
    const { blobs } = await importCsv(sample);
    expect(blobs.writes).toEqual(["payloads/imports/import-1/summary.json", "payloads/imports/latest.json"]);
    expect(blobs.text(payloadBucket, "imports/latest.json")).toBe(
      blobs.text(payloadBucket, "imports/import-1/summary.json"),
    );
  });

  test("a storage that fails every call once changes nothing in the summary", async () => {
    const blobs = storeOf(sample);
    blobs.isFlaky = true;
    const flaky = await importFrom(blobs);
    expect(flaky.run.status).toBe("completed");
    expect(flaky.run.errors).toHaveLength(5);
    expect(summaryOf(flaky)).toEqual(summaryOf(await importCsv(sample)));
  });

  test("an upload bucket that is the payload bucket is refused before anything is written", async () => {
    const input = { ...upload, bucket: payloadBucket };
    const refused = await importFrom(storeOf(sample, payloadBucket), { input });
    expect(refused.run).toMatchObject({ status: "failed", version: 1 });
    expect(lastError(refused)).toContain("must not go to payloads, the bucket that starts imports");
    expect(refused.blobs.writes).toEqual([]);
  });

  test.each([
    ["an empty file", "", "The file is empty"],
    ["a file of blank lines", "\n\r\n\n", "The file is empty"],
    ["a header without a column", "sku,name,stock\n", "The header lacks: price"],
    ["a UTF-16 file", new Uint8Array([0xff, 0xfe, 0x73, 0]), "save it as UTF-8"],
    ["a header that never ends", "x".repeat(70_000), "The header is longer than 64 KiB"],
    ["a header with an open quote", 'sku,"name,price,stock\n', "a quote is opened and never closed"],
  ])("%s fails at once with a clear error", async (_name, csv, reason) => {
    const failed = await importCsv(csv);
    expect(failed.run).toMatchObject({ status: "failed", version: 1 });
    expect(lastError(failed)).toContain(reason);
  });

  test("an object that is gone fails at once with a clear error", async () => {
    expect(lastError(await importFrom(new RecordingBlobStore()))).toContain(
      "There is no object incoming/a b.csv in uploads",
    );
  });

  test("an object that changes between two batches fails the import instead of mixing two files", async () => {
    const blobs = storeOf(sample);
    const failed = await importFrom(blobs, {
      fakes: {
        "read-csv-batch": async (_data, { original, context }) => {
          if (context["read-batch"] !== undefined) blobs.put(upload.bucket, upload.key, `${sample}SKU-1,more,1,1\n`);
          return original();
        },
      },
    });
    expect(lastError(failed)).toContain("changed while it was imported");
  });

  test("a file with a header alone has no rows", async () => {
    expect(summaryOf(await importCsv("sku,name,price,stock"))).toMatchObject({ rows: 0, errors: [] });
  });

  test("columns are found by name in any order and case, others are ignored, and a BOM is no part of the first", async () => {
    const run = await importCsv('\uFEFF"Stock", PRICE ,colour,sku,name\r\n7,1.5,red,A1,Mug\r\n');
    expect(summaryOf(run)).toMatchObject({ validRows: 1, invalidRows: 0, stockUnits: 7 });
  });

  test("a row longer than a batch is read whole, up to the bound", async () => {
    const csv = `sku,name,price,stock\nA1,"${"\n".repeat(150)}x",1,1\nA2,b,1,1\n`;
    expect(summaryOf(await importCsv(csv, { minBatchBytes: 8, maxRowBytes: 500 }))).toMatchObject({ validRows: 2 });
    const failed = await importCsv(csv, { minBatchBytes: 8, maxRowBytes: 100 });
    expect(lastError(failed)).toContain("The row on line 2 is longer than 100 bytes: is a quote never closed?");
  });

  test("a million bad rows' worth of errors stays small: 20 are kept, all are counted, no result grows", async () => {
    const csv = `sku,name,price,stock\n${`,${"x".repeat(90)},${"9".repeat(90)},\n`.repeat(5_000)}`;
    const done = await importCsv(csv);
    expect(summaryOf(done)).toMatchObject({ invalidRows: 5_000, errors: { length: 20 } });
    expect(done.run.results["read-batch"]?.length).toBeGreaterThan(100);
    expect(largestResultBytes(done.run)).toBeLessThan(4_096);
  });

  test("a larger file gets larger batches, not more than some hundred", async () => {
    const row = `SKU,${"n".repeat(180)},1.00,1\n`;
    const { run, blobs } = await importCsv(`sku,name,price,stock\n${row.repeat(20_000)}`);
    expect(run.outputs["summarise"]).toMatchObject({ validRows: 20_000 });
    expect(run.results["read-batch"]?.length).toBeLessThan(210);
    expect(blobs.largestRead).toBeLessThan(70_000);
  });

  test("any rows in any batch size give the same counts and the same errors", { timeout: 60_000 }, async () => {
    const field = fc.oneof(
      fc.constantFrom("A1", "1.50", "12", "Mug", "", "x,y", 'a "b"', "l1\nl2", "l1\r\nl2", "寿司🍣", "é"),
    );
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { maxLength: 12 });
    const format = fc.record({ eol: fc.constantFrom("\n", "\r\n"), quoteAll: fc.boolean(), endsOpen: fc.boolean() });
    const property = fc.asyncProperty(
      rows,
      format,
      fc.integer({ min: 1, max: 60 }),
      async (table, style, minBatchBytes) => {
        const csv = writeCsv([["sku", "name", "price", "stock"], ...table], style);
        const whole = await importCsv(csv, { minBatchBytes: 1_000_000 });
        const parts = await importCsv(csv, { minBatchBytes });
        expect(whole.run.results["read-batch"]).toHaveLength(1);
        expect(summaryOf(parts)).toEqual(summaryOf(whole));
        expect(summaryOf(whole)).toMatchObject({ rows: table.length, validRows: table.filter(isProduct).length });
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test("wherever its process dies, the same rows are counted once", { timeout: 60_000 }, async () => {
    const objects = { [`${upload.bucket}/${upload.key}`]: sample };
    const { run, crashPoints } = await crashEverywhere(withLimits({}), { nodeDefinitions, objects, input: upload });
    expect(run).toMatchObject({ status: "completed", outputs: { summarise: { validRows: 191, invalidRows: 9 } } });
    expect(crashPoints).toBeGreaterThan(50);
  });
});

/** What counts as a product, said again in the simplest way. */
function isProduct([sku, name, price, stock, ...more]: readonly string[]): boolean {
  if (sku === undefined || name === undefined || price === undefined || stock === undefined || more.length > 0)
    return false;
  const skuFits = ["A1", "1.50", "12", "Mug"].includes(sku);
  return skuFits && name !== "" && ["1.50", "12"].includes(price) && stock === "12";
}

function writeCsv(
  rows: readonly (readonly string[])[],
  style: { readonly eol: string; readonly quoteAll: boolean; readonly endsOpen: boolean },
): string {
  const write = (value: string) =>
    style.quoteAll || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const text = rows.map((row) => row.map(write).join(",")).join(style.eol);
  return style.endsOpen ? text : text + style.eol;
}
