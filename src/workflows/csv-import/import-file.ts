import * as v from "valibot";
import { RefluxoError } from "../../engine/index.ts";
import type { BlobStore } from "../../nodes/index.ts";

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The workflow's input: the object that appeared (the S3 trigger sends more than this). */
export const UploadedObject = v.object({
  bucket: v.string(),
  key: v.string(),
  versionId: v.exactOptional(v.string()),
});
export type UploadedObject = v.InferOutput<typeof UploadedObject>;

/** An opened file: which object, how it is read, and where its first row begins. */
export const ImportFile = v.object({
  ...UploadedObject.entries,
  totalBytes: Count,
  batchBytes: Count,
  columns: v.object({ sku: Count, name: Count, price: Count, stock: Count, count: Count }),
  offset: Count,
  line: Count,
});
export type ImportFile = v.InferOutput<typeof ImportFile>;

/** A row that is not a product. */
export const RowError = v.object({ line: Count, reason: v.string() });
export type RowError = v.InferOutput<typeof RowError>;

/** How far an import is: totals so far, and the errors of this one batch alone, so that no result grows. */
export const ImportProgress = v.object({
  offset: Count,
  line: Count,
  validRows: Count,
  invalidRows: Count,
  stockUnits: Count,
  errorCount: Count,
  errors: v.array(RowError),
});
export type ImportProgress = v.InferOutput<typeof ImportProgress>;

/** What an import leaves behind as a JSON object. */
export const ImportSummary = v.object({
  schemaVersion: v.literal(1),
  workflowId: v.string(),
  source: UploadedObject,
  totalBytes: Count,
  rows: Count,
  validRows: Count,
  invalidRows: Count,
  /** The sum of the stock of all valid rows. */
  stockUnits: Count,
  /** The first errors; `invalidRows` counts all. */
  errors: v.array(RowError),
});
export type ImportSummary = v.InferOutput<typeof ImportSummary>;

/** Reads part of the file; throws a terminal error when the object is gone, or is not the one that was opened. */
export async function readPart(
  blobs: BlobStore,
  file: UploadedObject & { readonly totalBytes?: number },
  range: { readonly offset: number; readonly maxBytes: number },
): Promise<{ readonly bytes: Uint8Array; readonly totalBytes: number; readonly isLast: boolean }> {
  const { bucket, key, versionId } = file;
  const part = await blobs.read({ bucket, key, ...(versionId === undefined ? {} : { versionId }) }, range);
  if (part === undefined) throw new RefluxoError("csv.no-object", `There is no object ${key} in ${bucket}.`);
  const { bytes, totalBytes } = part;
  if (file.totalBytes !== undefined && totalBytes !== file.totalBytes) {
    throw new RefluxoError("csv.changed", `The object ${key} changed while it was imported.`);
  }
  return { bytes, totalBytes, isLast: range.offset + bytes.length >= totalBytes };
}

/**
 * Throws a terminal error when results would be written to the bucket that started the import: there, a result could
 * start the next import, for ever (DESIGN 4, Lambda and SQS).
 */
export function assertOtherBucket(source: UploadedObject, payloadBucket: string): void {
  if (source.bucket === payloadBucket) {
    throw new RefluxoError(
      "csv.same-bucket",
      `The results of an import must not go to ${payloadBucket}, the bucket that starts imports.`,
    );
  }
}
