import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RecordingBlobStore } from "./recording-blob-store.ts";
import { findWorkflow, largestResultBytes, payloadBucket, WorkflowRun } from "./workflow-run.ts";

const input = { scheduledAt: "2026-03-04T02:00:00Z", rule: "app-nightly-report" };

async function report(blobs = new RecordingBlobStore(), over: Partial<typeof input> = {}): Promise<WorkflowRun> {
  const run = new WorkflowRun(findWorkflow("nightly-report"), "report-1", { ...input, ...over }, blobs);
  await run.settle();
  return run;
}

async function importSample(blobs: RecordingBlobStore, csv: string | Uint8Array): Promise<void> {
  blobs.put("uploads", "products.csv", csv);
  const run = new WorkflowRun(
    findWorkflow("csv-import"),
    "import-1",
    { bucket: "uploads", key: "products.csv" },
    blobs,
  );
  await run.settle();
}

describe("nightly-report", () => {
  test("before any import the report says so", async () => {
    const run = await report();
    expect(run.snapshot.status).toBe("completed");
    expect(run.blobs.text(payloadBucket, "reports/2026-03-04.md")).toBe(
      "# Report of 2026-03-04\n\nStarted by the schedule app-nightly-report.\n\nNo file has been imported yet.\n",
    );
  });

  test("after an import the report counts its rows and lists its errors", async () => {
    const blobs = new RecordingBlobStore();
    await importSample(blobs, readFileSync(new URL("../../src/workflows/samples/products.csv", import.meta.url)));
    const run = await report(blobs);
    const text = blobs.text(payloadBucket, "reports/2026-03-04.md");
    expect(text).toContain("## Latest import: products.csv");
    expect(text).toMatch(/^\| 200 \| 191 \| 9 \| \d+ \|$/m);
    expect(text).toContain('| 30 | price must be an amount such as 12.50, not "twelve" |');
    expect(largestResultBytes(run.snapshot)).toBeLessThan(8_192);
  });

  test("the date is the schedule's own in UTC, whenever the report runs", async () => {
    const run = await report(undefined, { scheduledAt: "2025-12-31T23:30:00-02:00" });
    expect(run.blobs.writes).toEqual(["payloads/reports/2026-01-01.md"]);
  });

  test("text from a file can neither break the table nor add markup", async () => {
    const blobs = new RecordingBlobStore();
    await importSample(blobs, 'sku,name,price,stock\nA,b,"<b>|\n# x",1\n');
    await report(blobs);
    expect(blobs.text(payloadBucket, "reports/2026-03-04.md")).toContain(
      '| 2 | price must be an amount such as 12.50, not "\\<b\\>\\|\\\\n\\# x" |',
    );
  });

  test("an input without a time fails at once and publishes nothing", async () => {
    const run = await report(undefined, { scheduledAt: "tonight" });
    expect(run.snapshot).toMatchObject({ status: "failed", version: 1 });
    expect(run.snapshot.context["collect"]?.[0]?.error).toContain("input.scheduledAt: must be an ISO 8601 time");
    expect(run.blobs.writes).toEqual([]);
  });
});
