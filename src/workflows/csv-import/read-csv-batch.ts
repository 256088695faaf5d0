import * as v from "valibot";
import { type Context, lastOutput, RefluxoError } from "../../engine/index.ts";
import { type BlobStore, defineNode, given, readOutput } from "../../nodes/index.ts";
import { ImportFile, ImportProgress, readPart } from "./import-file.ts";
import { checkProduct } from "./product.ts";
import type { CsvPart } from "./read-rows.ts";

const ReadCsvBatchData = v.strictObject({
  /** The node that opened the file. */
  fileFrom: v.string(),
  /** This node itself: its last output says how far the import is. */
  progressFrom: v.string(),
  /** How many errors are kept over the whole import; all are counted. */
  mostErrors: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(100)),
  /** A longer row fails the workflow; it is most often a quote that is never closed. */
  maxRowBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(8 * 1_048_576)),
});
type ReadCsvBatchData = v.InferOutput<typeof ReadCsvBatchData>;
type Position = Pick<ImportProgress, "offset" | "line">;

/** Reads and checks the next batch of rows; leaves by `more` while there are bytes left, then by `done`. */
export const readCsvBatch = defineNode({
  metadata: {
    description:
      "Reads and checks the next batch of rows; leaves by `more` while there are bytes left, then by `done`.",
    input: ReadCsvBatchData,
    output: ImportProgress,
  },
  handles: ["more", "done"],
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, globals) {
    const { blobs } = given(globals, "globals");
    const file = readOutput(ImportFile, context, data.fileFrom);
    const before = readProgress(data, context, file);
    const part = await readBatch(blobs, file, before, data.maxRowBytes);
    const progress = countRows(part, file, before, data.mostErrors);
    return { data: progress, nextHandle: progress.offset < file.totalBytes ? "more" : "done" };
  },
});

function readProgress(data: ReadCsvBatchData, context: Context, { offset, line }: ImportFile): ImportProgress {
  if (lastOutput(context, data.progressFrom) !== undefined) {
    return readOutput(ImportProgress, context, data.progressFrom);
  }
  return { offset, line, validRows: 0, invalidRows: 0, stockUnits: 0, errorCount: 0, errors: [] };
}

/** Reads one batch, or one long row when not even that fits into a batch. */
async function readBatch(
  blobs: BlobStore,
  file: ImportFile,
  { offset, line }: Position,
  maxRowBytes: number,
): Promise<CsvPart> {
  // Loaded when a file is first read: most steps read none.
  const { readRows } = await import("./read-rows.ts");
  for (const maxBytes of [file.batchBytes, Math.max(file.batchBytes, maxRowBytes)]) {
    const { bytes, isLast } = await readPart(blobs, file, { offset, maxBytes });
    const part = readRows(bytes, { isLast, firstLine: line });
    if (part.consumedBytes > 0 || isLast) return part;
  }
  throw new RefluxoError(
    "csv.row-too-long",
    `The row on line ${line} is longer than ${maxRowBytes} bytes: is a quote never closed?`,
  );
}

function countRows(part: CsvPart, file: ImportFile, before: ImportProgress, mostErrors: number): ImportProgress {
  const checks = part.rows.map((row) => ({ line: row.line, check: checkProduct(row, file.columns) }));
  const stocks = checks.flatMap(({ check }) => (check.type === "valid" ? [check.stock] : []));
  const failures = checks.flatMap(({ line, check }) =>
    check.type === "invalid" ? [{ line, reason: check.reason }] : [],
  );
  const errors = failures.slice(0, mostErrors - before.errorCount);
  return {
    offset: before.offset + part.consumedBytes,
    line: part.nextLine,
    validRows: before.validRows + stocks.length,
    invalidRows: before.invalidRows + failures.length,
    stockUnits: stocks.reduce((sum, stock) => sum + stock, before.stockUnits),
    errorCount: before.errorCount + errors.length,
    errors,
  };
}
