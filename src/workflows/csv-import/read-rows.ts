import { isUtf8 } from "node:buffer";
import { parse } from "csv-parse/sync";

const lf = 0x0a;

/** One row of a CSV file: its fields, the line it begins on, and what is malformed about it, if anything is. */
export interface CsvRow {
  /** 1 for the first line of the file; a quoted line break counts. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly problem?: string;
}

/** The complete rows of a part of a file, and where the next part begins. */
export interface CsvPart {
  readonly rows: readonly CsvRow[];
  /** Bytes up to the first row that is not complete in this part. */
  readonly consumedBytes: number;
  readonly nextLine: number;
}

/** Where a part stands in its file. */
export interface ReadRowsOptions {
  /** The file ends with this part, which completes its last row. */
  readonly isLast: boolean;
  /** The line that the part begins on. */
  readonly firstLine: number;
  readonly mostRows?: number;
}

/**
 * Reads the complete rows of a part of a CSV file (RFC 4180; CR and LF alone end a row as well; empty lines are
 * skipped). A part may end anywhere, in the middle of a character too.
 */
export function readRows(bytes: Uint8Array, { isLast, firstLine, mostRows = Infinity }: ReadRowsOptions): CsvPart {
  const csv = Buffer.from(bytes);
  const rows: CsvRow[] = [];
  let line = firstLine;
  let rowStart = 0;
  let fieldStart = 0;
  let problem: string | undefined;
  parse(csv, {
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    // Without it, text after a closing quote costs the rows that follow as well.
    relax_quotes: true,
    // Keeps the rows before a quote that is never closed.
    skip_records_with_error: true,
    cast: (text, { bytes: end, quoting: isQuoted }) => {
      problem ??= findProblem(csv.subarray(fieldStart, end), isQuoted ? quote(text) : text);
      fieldStart = end + 1;
      return text;
    },
    on_record: (fields, { bytes: end }) => {
      // A row that ends where the part does may go on, unless a line feed ends it.
      if (isLast || end < csv.length || csv[end - 1] === lf) endRow(fields, end);
      return null;
    },
  });
  if (isLast && rowStart < csv.length) {
    problem ??= "a quote is opened and never closed";
    endRow([], csv.length);
  }
  return { rows, consumedBytes: rowStart, nextLine: line };

  function endRow(fields: readonly string[], end: number): void {
    if (rows.length === mostRows) return;
    const text = csv.toString("latin1", rowStart, end);
    if (!/^[\r\n]/.test(text)) rows.push({ line, fields, ...(problem === undefined ? {} : { problem }) });
    // csv-parse counts lines too, but a quoted CR LF as two.
    line += text.match(/\r\n?|\n/g)?.length ?? 0;
    rowStart = end;
    fieldStart = end;
    problem = undefined;
  }
}

/** What is malformed about a field: told from its bytes, and from how its text is properly written. */
function findProblem(bytes: Buffer, proper: string): string | undefined {
  if (!isUtf8(bytes)) return "the text is not valid UTF-8";
  return bytes.toString() === proper ? undefined : "there is text after a closing quote";
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
