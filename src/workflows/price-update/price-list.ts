import * as v from "valibot";
import { RefluxoError } from "../../engine/index.ts";
import type { CsvRow } from "../csv-import/read-rows.ts";

/** The columns that a price list needs; others are allowed and left out. */
const columnNames = ["sku", "group", "cost"] as const;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A row as it stands in the file: texts that nobody checked. A malformed one says what is wrong in place of them. */
export const PriceRow = v.object({
  /** The line that it begins on, 1 for the file's first. */
  line: Count,
  sku: v.exactOptional(v.string()),
  group: v.exactOptional(v.string()),
  cost: v.exactOptional(v.string()),
  problem: v.exactOptional(v.string()),
});
export type PriceRow = v.InferOutput<typeof PriceRow>;

/** The rows of a list in batches, each the input of one child workflow. */
export const PriceList = v.object({
  bucket: v.string(),
  key: v.string(),
  rowCount: Count,
  batches: v.array(v.object({ rows: v.array(PriceRow) })),
});
export type PriceList = v.InferOutput<typeof PriceList>;

/** Reads the rows of a CSV file whose first row is its header; rejects with a terminal `prices.header` when a column lacks. */
export async function readPriceRows(bytes: Uint8Array): Promise<readonly PriceRow[]> {
  const { readRows } = await import("../csv-import/read-rows.ts");
  const [header, ...rows] = readRows(bytes, { isLast: true, firstLine: 1 }).rows;
  const names = (header?.fields ?? []).map((field) => field.trim().toLowerCase());
  const missing = columnNames.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new RefluxoError("prices.header", `The header lacks: ${missing.join(", ")}.`);
  return rows.map((row) => readRow(row, names));
}

function readRow({ line, fields, problem }: CsvRow, names: readonly string[]): PriceRow {
  if (problem !== undefined) return { line, problem };
  if (fields.length !== names.length) {
    return { line, problem: `has ${fields.length} fields, the header has ${names.length}` };
  }
  const field = (name: (typeof columnNames)[number]) => fields[names.indexOf(name)] ?? "";
  return { line, sku: field("sku"), group: field("group"), cost: field("cost") };
}
