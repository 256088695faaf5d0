import type { CsvRow } from "./read-rows.ts";

/** The columns that an import needs; others are allowed and ignored. */
export const columnNames = ["sku", "name", "price", "stock"] as const;
export type ColumnName = (typeof columnNames)[number];

/** Where each column stands, and how many fields a row has. */
export interface Columns extends Readonly<Record<ColumnName, number>> {
  readonly count: number;
}

/** A row is a product with its stock, or is not and says why. */
export type ProductCheck =
  | { readonly type: "valid"; readonly stock: number }
  | { readonly type: "invalid"; readonly reason: string };

const rules: Readonly<Record<ColumnName, { readonly pattern: RegExp; readonly wanted: string }>> = {
  sku: { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, wanted: "1 to 40 letters, digits, dots, dashes" },
  name: { pattern: /^(?=.*\S).{1,200}$/su, wanted: "1 to 200 characters" },
  price: { pattern: /^\d{1,9}(\.\d{1,2})?$/, wanted: "an amount such as 12.50" },
  stock: { pattern: /^\d{1,9}$/, wanted: "a whole number from 0" },
};

/** Checks one row against the columns of the file. */
export function checkProduct(row: CsvRow, columns: Columns): ProductCheck {
  if (row.problem !== undefined) return { type: "invalid", reason: row.problem };
  if (row.fields.length !== columns.count) {
    return { type: "invalid", reason: `has ${row.fields.length} fields, the header has ${columns.count}` };
  }
  for (const name of columnNames) {
    const value = row.fields[columns[name]] ?? "";
    if (!rules[name].pattern.test(value)) {
      return { type: "invalid", reason: `${name} must be ${rules[name].wanted}, not ${excerpt(value)}` };
    }
  }
  return { type: "valid", stock: Number(row.fields[columns.stock]) };
}

/** A value as an error shows it: quoted, and cut so that results stay small. */
function excerpt(value: string): string {
  const characters = Array.from(value.slice(0, 80));
  return JSON.stringify(characters.length > 30 ? `${characters.slice(0, 30).join("")}…` : value);
}
