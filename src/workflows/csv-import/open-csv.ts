import * as v from "valibot";
import { parse } from "../../contracts/parse-error.ts";
import { RefluxoError } from "../../engine/index.ts";
import { defineNode, given } from "../../nodes/index.ts";
import { assertOtherBucket, ImportFile, readPart, UploadedObject } from "./import-file.ts";
import { type ColumnName, type Columns, columnNames } from "./product.ts";

/** How far the end of the header is looked for. */
const maxHeaderBytes = 65_536;
/** Larger files get larger batches, so that a gigabyte takes some hundred steps and not a hundred thousand. */
const wantedBatches = 200;
const maxBatchBytes = 8 * 1_048_576;

const OpenCsvData = v.strictObject({
  /** The size of a batch of a small file. */
  minBatchBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(maxBatchBytes)),
});

/** Opens the uploaded file: finds its size and its columns. A file that is no product list fails the workflow. */
export const openCsv = defineNode({
  metadata: {
    description: "Opens the uploaded file: finds its size and its columns.",
    input: OpenCsvData,
    output: ImportFile,
  },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor(data, _context, externalPayload, globals) {
    const { blobs, payloadBucket } = given(globals, "globals");
    const source = parse(UploadedObject, externalPayload, "input");
    assertOtherBucket(source, payloadBucket);
    const { bytes, totalBytes, isLast } = await readPart(blobs, source, { offset: 0, maxBytes: maxHeaderBytes });
    const bomBytes = measureBom(bytes);
    const header = await readHeader(bytes.subarray(bomBytes), isLast);
    const batchBytes = Math.min(maxBatchBytes, Math.max(data.minBatchBytes, Math.ceil(totalBytes / wantedBatches)));
    return { data: { ...source, totalBytes, batchBytes, ...header, offset: bomBytes + header.offset } };
  },
});

/** 3 bytes for a UTF-8 byte order mark; a UTF-16 one is refused, since every field would be unreadable. */
function measureBom(bytes: Uint8Array): 0 | 3 {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new RefluxoError("csv.encoding", "The file is UTF-16: save it as UTF-8.");
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

async function readHeader(
  bytes: Uint8Array,
  isLast: boolean,
): Promise<Pick<ImportFile, "columns" | "offset" | "line">> {
  const { readRows } = await import("./read-rows.ts");
  const { rows, consumedBytes, nextLine } = readRows(bytes, { isLast, firstLine: 1, mostRows: 1 });
  const [header] = rows;
  if (header === undefined) {
    throw new RefluxoError("csv.header", isLast ? "The file is empty." : "The header is longer than 64 KiB.");
  }
  if (header.problem !== undefined) throw new RefluxoError("csv.header", `The header is malformed: ${header.problem}.`);
  return { columns: findColumns(header.fields), offset: consumedBytes, line: nextLine };
}

function findColumns(fields: readonly string[]): Columns {
  const names = fields.map((field) => field.trim().toLowerCase());
  const missing = columnNames.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new RefluxoError("csv.header", `The header lacks: ${missing.join(", ")}.`);
  const find = (name: ColumnName) => names.indexOf(name);
  return { sku: find("sku"), name: find("name"), price: find("price"), stock: find("stock"), count: fields.length };
}
