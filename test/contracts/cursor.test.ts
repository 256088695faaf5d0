import { describe, expect, test } from "vitest";
import {
  maxEpochMs,
  readHistoryCursor,
  readListCursor,
  writeHistoryCursor,
  writeListCursor,
} from "../../src/contracts/cursor.ts";

const place = { startedAt: 1_793_613_947_902, workflowId: "order-2003" };
const path = "$.query.cursor";
const encode = (text: string) => Buffer.from(text).toString("base64url");
const reason = `${path}: is not a cursor of this list`;

describe("a cursor", () => {
  test.each([place, { startedAt: 0, workflowId: "x".repeat(128) }, { startedAt: maxEpochMs, workflowId: "a:b._-" }])(
    "names the place in a list that it was written for: %j",
    (given) => {
      const cursor = writeListCursor(given);
      expect(readListCursor(cursor, path)).toEqual(given);
      expect(cursor).toMatch(/^[\w-]{1,512}$/);
    },
  );

  test.each([0, 1, 9_999, Number.MAX_SAFE_INTEGER])("names the version that a history goes on from: %d", (version) => {
    expect(readHistoryCursor(writeHistoryCursor(version), path)).toBe(version);
  });

  test("is refused with any one character changed, left out or added", () => {
    const cursor = writeListCursor(place);
    for (const [index, character] of [...cursor].entries()) {
      const other = character === "A" ? "B" : "A";
      const tampered = [
        `${cursor.slice(0, index)}${other}${cursor.slice(index + 1)}`,
        cursor.slice(0, index) + cursor.slice(index + 1),
        `${cursor.slice(0, index)}${other}${cursor.slice(index)}`,
        `${cursor.slice(0, index)}!${cursor.slice(index)}`,
      ].filter((text) => text !== cursor);
      for (const text of tampered) expect(() => readListCursor(text, path), text).toThrow(reason);
    }
  });

  test.each([
    "",
    "=",
    " ",
    "null",
    encode("null"),
    encode("{}"),
    encode("[]"),
    encode('"text"'),
    encode('[1793613947902,"order-2003"]'),
    encode('[1793613947902,"order-2003","0"]'),
    encode('{"length":3}'),
    encode('[{"__proto__":1},"order-2003","0"]'),
    encode(`${"[".repeat(300)}${"]".repeat(300)}`),
    writeListCursor({ startedAt: -1, workflowId: "order-2003" }),
    writeListCursor({ startedAt: 0.5, workflowId: "order-2003" }),
    writeListCursor({ startedAt: maxEpochMs + 1, workflowId: "order-2003" }),
    writeListCursor({ startedAt: 1, workflowId: "../../etc/passwd" }),
    writeListCursor({ startedAt: 1, workflowId: "" }),
    writeHistoryCursor(3),
    `${writeListCursor(place)}==`,
    ` ${writeListCursor(place)}`,
  ])("of nothing in this list is refused: %j", (text) => {
    expect(() => readListCursor(text, path)).toThrow(reason);
  });

  test.each([writeListCursor(place), writeHistoryCursor(-1), writeHistoryCursor(0.5), encode("[1]"), encode("[-0]")])(
    "of nothing in this history is refused: %j",
    (text) => {
      expect(() => readHistoryCursor(text, path)).toThrow(reason);
    },
  );
});
