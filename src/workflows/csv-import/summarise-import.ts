import * as v from "valibot";
import { parse } from "../../contracts/parse-error.ts";
import type { Context } from "../../engine/index.ts";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { assertOtherBucket, ImportFile, ImportProgress, type ImportSummary, type RowError } from "./import-file.ts";

const SummariseImportData = v.strictObject({
  fileFrom: v.string(),
  progressFrom: v.string(),
  /** The object that always holds the summary of the import that ended last. */
  latestKey: v.string(),
});

const WrittenSummary = v.object({
  bucket: v.string(),
  key: v.string(),
  rows: v.number(),
  validRows: v.number(),
  invalidRows: v.number(),
});

/** Writes `imports/<workflowId>/summary.json` to the payload bucket, never to the bucket that starts imports. */
export const summariseImport = defineNode({
  metadata: {
    description: "Writes the summary of the import to the payload bucket.",
    input: SummariseImportData,
    output: WrittenSummary,
  },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, globals, step) {
    const { blobs, payloadBucket: bucket } = given(globals, "globals");
    const { workflowId } = given(step, "step");
    const { totalBytes, ...file } = readOutput(ImportFile, context, data.fileFrom);
    assertOtherBucket(file, bucket);
    const { validRows, invalidRows, stockUnits } = readOutput(ImportProgress, context, data.progressFrom);
    const { bucket: sourceBucket, key: sourceKey, versionId } = file;
    const rows = validRows + invalidRows;
    const summary: ImportSummary = {
      schemaVersion: 1,
      workflowId,
      source: { bucket: sourceBucket, key: sourceKey, ...(versionId === undefined ? {} : { versionId }) },
      totalBytes,
      rows,
      validRows,
      invalidRows,
      stockUnits,
      errors: collectErrors(context, data.progressFrom),
    };
    const key = `imports/${workflowId}/summary.json`;
    const body = `${JSON.stringify(summary, null, 2)}\n`;
    await blobs.write({ bucket, key }, body, "application/json");
    await blobs.write({ bucket, key: data.latestKey }, body, "application/json");
    return { data: { bucket, key, rows, validRows, invalidRows } };
  },
});

/** Every batch kept its own errors, so the whole list is the sum of them; failed attempts at a batch kept none. */
function collectErrors(context: Context, nodeId: string): RowError[] {
  const batches = (context[nodeId] ?? []).filter((result) => result.error === undefined);
  return batches.flatMap(({ output }) => parse(ImportProgress, output, `context.${nodeId}`).errors);
}
