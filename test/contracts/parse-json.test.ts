import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/contracts/parse-error.ts";
import { assertPlain, parseJson } from "../../src/contracts/parse-json.ts";

const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("parseJson", () => {
  test("gives the value of JSON text", () => {
    expect(parseJson('{"a":[1,null,"x"]}')).toEqual({ a: [1, null, "x"] });
  });

  test("names the root in the error of malformed text, and quotes nothing of it (I16)", () => {
    expect(() => parseJson("{", "$.body")).toThrow(/^\$\.body: is not valid JSON/);
    expect(() => parseJson('{"token":s3cret}')).toThrow(/^\$: is not valid JSON( at position \d+)?$/);
  });

  test("refuses a __proto__ key wherever it stands, with the path of its parent", () => {
    expect(() => parseJson('{"a":[{"__proto__":{"polluted":true}}]}')).toThrow(
      expect.objectContaining({ path: "$.a[0]" }),
    );
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("refuses more than 200 levels, and survives a megabyte of brackets", () => {
    expect(parseJson(nested(200))).toHaveLength(1);
    expect(() => parseJson(nested(201))).toThrow(/deeper than 200/);
    expect(() => parseJson(nested(500_000))).toThrow(ParseError);
  });
});

describe("assertPlain", () => {
  test("passes values without a __proto__ key", () => {
    for (const value of [null, undefined, 1, "x", [], { constructor: 1 }])
      expect(() => assertPlain(value)).not.toThrow();
  });
});
