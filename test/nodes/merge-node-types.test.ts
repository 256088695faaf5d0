import { describe, expect, test } from "vitest";
import { mergeNodeTypes } from "../../src/nodes/index.ts";

const type = { executor: async () => ({ data: null }) };

describe("mergeNodeTypes", () => {
  test("joins the sets", () => {
    expect(mergeNodeTypes({ a: type }, { b: type })).toEqual({ a: type, b: type });
  });

  test("two node types with one name are refused, whatever sets they come from", () => {
    expect(() => mergeNodeTypes({ a: type }, { b: type, a: type })).toThrow('There are two node types named "a"');
  });

  test("a name that objects inherit is a name like any other", () => {
    expect(Object.keys(mergeNodeTypes({ toString: type }))).toEqual(["toString"]);
  });
});
