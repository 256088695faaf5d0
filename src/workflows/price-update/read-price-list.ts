import * as v from "valibot";
import { parse } from "../../contracts/parse-error.ts";
import { RefluxoError } from "../../engine/index.ts";
import { defineNode, given } from "../../nodes/index.ts";
import { readPart, UploadedObject } from "../csv-import/import-file.ts";
import { PriceList, type PriceRow, readPriceRows } from "./price-list.ts";

/** A list is read as a whole, and its rows are one result: `csv-import` shows how larger files are read. */
const maxBytes = 8 * 1_048_576;

const ReadPriceListData = v.strictObject({
  batchSize: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.description("How many rows a batch has.")),
});

/** Reads the uploaded price list into batches of rows. Fails for good when it is gone, too large or no price list. */
export const readPriceList = defineNode({
  metadata: {
    description: "Reads the uploaded price list into batches of rows.",
    input: ReadPriceListData,
    output: PriceList,
  },
  retryPolicy: { maxAttempts: 5, interval: 1_000, backoff: "exponential" },
  async executor({ batchSize }, _context, externalPayload, globals) {
    const { blobs } = given(globals, "globals");
    const source = parse(UploadedObject, externalPayload, "input");
    const { bytes, isLast } = await readPart(blobs, source, { offset: 0, maxBytes });
    if (!isLast) throw new RefluxoError("prices.too-large", `A price list has at most ${maxBytes} bytes.`);
    const rows = await readPriceRows(bytes);
    return { data: { bucket: source.bucket, key: source.key, rowCount: rows.length, batches: group(rows, batchSize) } };
  },
});

function group(rows: readonly PriceRow[], batchSize: number): PriceList["batches"] {
  const count = Math.ceil(rows.length / batchSize);
  return Array.from({ length: count }, (_, index) => ({
    rows: rows.slice(index * batchSize, (index + 1) * batchSize),
  }));
}
