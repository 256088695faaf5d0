import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvRow, readRows } from "../../../src/workflows/csv-import/read-rows.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function readWhole(text: string): readonly CsvRow[] {
  return readRows(bytesOf(text), { isLast: true, firstLine: 1 }).rows;
}

describe("readRows", () => {
  test.each([
    [
      "plain fields",
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["no line break at the end", "a,b", [["a", "b"]]],
    ["an empty last field at the end of the file", "a,", [["a", ""]]],
    ["CR LF, CR and LF as row ends", "a\r\nb\rc\nd", [["a"], ["b"], ["c"], ["d"]]],
    ["empty lines", "\n\na\n\r\n\nb\n\n", [["a"], ["b"]]],
    ["a quoted empty field, which is no empty line", '""\n', [[""]]],
    ["commas, quotes and line breaks in quotes", '"a,b","say ""hi""","x\r\ny"\n', [["a,b", 'say "hi"', "x\r\ny"]]],
    ["quotes at both ends of a quoted field", '"""a"" or ""b"""\n', [['"a" or "b"']]],
    ["a quote inside a plain field, kept as it is", '12" tray,b\n', [['12" tray', "b"]]],
    ["spaces, kept as they are", " a , b\n", [[" a ", " b"]]],
  ])("reads %s", (_name, text, fields) => {
    const rows = readWhole(text);
    expect(rows.map((row) => row.fields)).toEqual(fields);
    expect(rows.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test("gives each row the line that it begins on, quoted line breaks counted", () => {
    expect(readWhole('a\n"b\r\nb\nb"\n\nc\n').map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  test.each([
    ["text after a closing quote", '"a"b,c\nd\n', "there is text after a closing quote"],
    ["quoted text after a closing quote", '"a"b",c\nd\n', "there is text after a closing quote"],
    ["a NUL after a closing quote", '"a"\0,c\nd\n', "there is text after a closing quote"],
    ["a quote that is never closed", '"a,b\nd\n', "a quote is opened and never closed"],
  ])("%s is a problem of that row alone", (_name, text, problem) => {
    expect(readWhole(`ok\n${text}`).map((row) => row.problem)).toEqual(
      problem.includes("never") ? [undefined, problem] : [undefined, problem, undefined],
    );
  });

  test("bytes that are not UTF-8 are a problem of that row alone", () => {
    const bytes = new Uint8Array([0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a]);
    const { rows } = readRows(bytes, { isLast: true, firstLine: 1 });
    expect(rows.map(({ problem }) => problem)).toEqual([undefined, "the text is not valid UTF-8", undefined]);
  });

  test.each([
    ["in a plain field", "a\nb,c"],
    ["after a comma", "a\nb,"],
    ["in a quoted field", 'a\n"b\n'],
    ["after a quote that may be the first of two", 'a\n"b"'],
    ["after a CR that may be the first half of a CR LF", "a\nb\r"],
    ["in the middle of a character", "a\né"],
  ])("a part that ends %s gives the rows before, and where to go on", (_name, text) => {
    const whole = bytesOf(text);
    const bytes = text.endsWith("é") ? whole.subarray(0, -1) : whole;
    const part = readRows(bytes, { isLast: false, firstLine: 1 });
    expect(part).toEqual({ rows: [{ line: 1, fields: ["a"] }], consumedBytes: 2, nextLine: 2 });
  });

  test.each([
    ["rows", "a\nb\r\n", ["a", "b"]],
    ["empty lines", "\n\n\r\n", []],
  ])("a part of complete %s is read to its end", (_name, text, fields) => {
    const { rows, consumedBytes } = readRows(bytesOf(text), { isLast: false, firstLine: 1 });
    expect(rows.map((row) => row.fields[0])).toEqual(fields);
    expect(consumedBytes).toBe(text.length);
  });

  test("a file cut anywhere gives the same rows as the whole file", () => {
    const character = fc.constantFrom('"', ",", "\n", "\r", "a", "é", "🍣");
    const text = fc.array(character, { maxLength: 30 }).map((characters) => characters.join(""));
    const property = fc.property(text, fc.nat(), (csv, seed) => {
      const bytes = bytesOf(csv);
      const cut = seed % (bytes.length + 1);
      const head = readRows(bytes.subarray(0, cut), { isLast: false, firstLine: 1 });
      const tail = readRows(bytes.subarray(head.consumedBytes), { isLast: true, firstLine: head.nextLine });
      expect(head.consumedBytes).toBeLessThanOrEqual(cut);
      expect([...head.rows, ...tail.rows]).toEqual(readWhole(csv));
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});
