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

interface Field {
  readonly text: string;
  readonly end: number;
  readonly problem?: string;
}

const quote = 0x22;
const comma = 0x2c;
const lf = 0x0a;
const cr = 0x0d;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the complete rows of a part of a CSV file (RFC 4180; CR and LF alone end a row as well; empty lines are
 * skipped). It works on bytes: quotes, commas and line breaks are never part of a longer UTF-8 character, so a part
 * may end in the middle of one.
 */
export function readRows(bytes: Uint8Array, { isLast, firstLine, mostRows = Infinity }: ReadRowsOptions): CsvPart {
  const rows: CsvRow[] = [];
  let offset = 0;
  let line = firstLine;
  while (offset < bytes.length && rows.length < mostRows) {
    const row = readRow(bytes, offset, isLast, line);
    if (row === undefined) break;
    if (row.end > offset + breakLength(bytes, offset)) rows.push(row.row);
    line += countLineBreaks(bytes, offset, row.end);
    offset = row.end;
  }
  return { rows, consumedBytes: offset, nextLine: line };
}

/** Reads the row at `start`; undefined when more bytes are needed to know where it ends. */
function readRow(bytes: Uint8Array, start: number, isLast: boolean, line: number) {
  const fields: string[] = [];
  let problem: string | undefined;
  for (let at = start; ; ) {
    const field = bytes[at] === quote ? readQuoted(bytes, at, isLast) : readPlain(bytes, at, isLast);
    if (field === undefined) return undefined;
    fields.push(field.text);
    problem ??= field.problem;
    if (bytes[field.end] === comma) {
      at = field.end + 1;
      continue;
    }
    // A CR that ends the part may be the first half of a CR LF.
    if (bytes[field.end] === cr && field.end + 1 === bytes.length && !isLast) return undefined;
    const end = field.end + breakLength(bytes, field.end);
    return { end, row: { line, fields, ...(problem === undefined ? {} : { problem }) } };
  }
}

function readPlain(bytes: Uint8Array, start: number, isLast: boolean): Field | undefined {
  const end = findDelimiter(bytes, start);
  if (end === bytes.length && !isLast) return undefined;
  return { end, ...decode(bytes.subarray(start, end)) };
}

function readQuoted(bytes: Uint8Array, start: number, isLast: boolean): Field | undefined {
  const close = findClosingQuote(bytes, start + 1);
  if (close === -1) {
    if (!isLast) return undefined;
    return { text: "", end: bytes.length, problem: "a quote is opened and never closed" };
  }
  const end = findDelimiter(bytes, close + 1);
  if (end === bytes.length && !isLast) return undefined;
  const { text, problem } = decode(bytes.subarray(start + 1, close));
  const stray = end > close + 1 ? "there is text after a closing quote" : undefined;
  const found = problem ?? stray;
  return { text: text.replaceAll('""', '"'), end, ...(found === undefined ? {} : { problem: found }) };
}

/** The quote that ends a field: one that no second quote follows. */
function findClosingQuote(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(quote, start);
  while (at !== -1 && bytes[at + 1] === quote) at = bytes.indexOf(quote, at + 2);
  return at;
}

function findDelimiter(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== comma && bytes[at] !== lf && bytes[at] !== cr) at += 1;
  return at;
}

function breakLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] === lf) return 1;
  if (bytes[at] !== cr) return 0;
  return bytes[at + 1] === lf ? 2 : 1;
}

function countLineBreaks(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += Math.max(1, breakLength(bytes, at))) {
    if (breakLength(bytes, at) > 0) count += 1;
  }
  return count;
}

function decode(bytes: Uint8Array): { readonly text: string; readonly problem?: string } {
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { text: "", problem: "the text is not valid UTF-8" };
  }
}
