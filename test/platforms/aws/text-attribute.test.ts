import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromTextAttribute, toTextAttribute } from "../../../src/platforms/aws/text-attribute.ts";

const rows = (count: number) =>
  JSON.stringify(
    Array.from({ length: count }, (_, id) => ({ id, name: `Article ${id}`, price: id / 100, inStock: true })),
  );

describe("a text in an item", () => {
  it("of less than a write unit is kept as it is", () => {
    const text = "x".repeat(768);
    expect(toTextAttribute(text)).toEqual({ S: text });
  });

  it("is compressed when that saves a unit", () => {
    const { B = new Uint8Array() } = toTextAttribute(rows(100));
    expect(rows(100).length).toBeGreaterThan(5_000);
    expect(B.length).toBeGreaterThan(0);
    expect(B.length).toBeLessThan(1_500);
  });

  it("that is not smaller by a unit is kept as it is", () => {
    const text = randomBytes(900).toString("base64");
    expect(toTextAttribute(text)).toEqual({ S: text });
  });

  it("comes back as it was, whatever it is", () => {
    const texts = fc.string({ unit: "binary-ascii", minLength: 700, maxLength: 1_500 });
    const isKept = fc.property(texts, fc.string({ unit: "grapheme" }), (text, more) => {
      expect(fromTextAttribute(toTextAttribute(text + more))).toBe(text + more);
    });
    fc.assert(isKept, { numRuns: 50 });
    for (const text of [rows(1_000), `${rows(100)}№😀`]) expect(fromTextAttribute(toTextAttribute(text))).toBe(text);
  });

  it("that is not there is undefined, and a damaged one is an error", () => {
    expect(fromTextAttribute(undefined)).toBeUndefined();
    expect(() => fromTextAttribute({ B: new Uint8Array([1, 2, 3]) })).toThrow();
  });
});
