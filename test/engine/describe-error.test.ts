import { describe, expect, it } from "vitest";
import { describeError, RefluxoError } from "../../src/engine/index.ts";

const hostile = {
  toString() {
    throw new Error("no text");
  },
};
class Secretive extends Error {
  override get message(): string {
    throw new Error("no message");
  }
}

describe("describeError", () => {
  it.each([
    ["an error", new TypeError("broken"), "TypeError: broken"],
    ["our own error", new RefluxoError("a.b", "broken"), "RefluxoError: broken"],
    ["a string", "plain", "plain"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 42, "42"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a BigInt", 1n, "1"],
    ["a plain object", { code: 5 }, '{"code":5}'],
    ["an object without a prototype", Object.create(null), "An error that cannot be read (object)"],
    ["an object whose toString throws", hostile, "An error that cannot be read (object)"],
    ["an error whose message throws", new Secretive(), "An error that cannot be read (object)"],
  ])("describes %s", (_name, thrown, text) => {
    expect(describeError(thrown)).toBe(text);
  });

  it("keeps at most 2,000 characters and splits none", () => {
    expect(describeError("x".repeat(2_000))).toHaveLength(2_000);
    const cut = describeError("x".repeat(2_001));
    expect(cut).toHaveLength(2_000);
    expect(cut.endsWith("x…")).toBe(true);
    expect(describeError("x".repeat(1_998) + "😀".repeat(9)).isWellFormed()).toBe(true);
  });
});
