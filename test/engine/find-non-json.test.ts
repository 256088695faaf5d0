import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findNonJson } from "../../src/engine/index.ts";

function nest(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const cycle: { self?: unknown; list: unknown[] } = { list: [] };
cycle.list.push(cycle);

describe("findNonJson", () => {
  it("finds nothing in any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON may contain -0, which JSON itself turns into 0, and `__proto__` keys, which are forbidden.
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        expect(findNonJson(value)).toBeUndefined();
      }),
    );
  });

  it("allows what JSON changes in a known way", () => {
    const shared = { a: 1 };
    class Money {
      cents = 5;
    }
    expect(findNonJson({ at: new Date(0), gone: undefined, url: new URL("https://example.com") })).toBeUndefined();
    expect(
      findNonJson([undefined, shared, shared, new Money(), Object.create(null), new Date(Number.NaN)]),
    ).toBeUndefined();
    expect(findNonJson(undefined)).toBeUndefined();
  });

  it.each([
    ["a BigInt", { a: [0, 1n] }, "$.a[1]", "BigInt"],
    ["a function", { run: () => 1 }, "$.run", "function"],
    ["a symbol", [Symbol("s")], "$[0]", "symbol"],
    ["NaN", { "odd key": Number.NaN }, '$["odd key"]', "NaN"],
    ["an infinity", -Infinity, "$", "-Infinity"],
    ["a cycle", cycle, "$.list[0]", "a cycle"],
    ["a Map", { map: new Map() }, "$.map", "Map"],
    ["a Set", new Set(), "$", "Set"],
    ["a forgotten await", { value: Promise.resolve() }, "$.value", "Promise"],
    ["an error", { error: new Error("x") }, "$.error", "Error"],
    ["bytes", new Uint8Array(3), "$", "Uint8Array"],
    ["a __proto__ key", JSON.parse('{"a":{"__proto__":1}}'), "$.a.__proto__", "a forbidden key"],
    ["a BigInt behind toJSON", { toJSON: () => ({ id: 1n }) }, "$.id", "BigInt"],
    [
      "a getter that throws",
      {
        deep: {
          get secret() {
            throw new Error("no");
          },
        },
      },
      "$.deep",
      "a value that throws when it is read",
    ],
  ])("finds %s, and where it is", (_name, value, path, reason) => {
    expect(findNonJson(value)).toEqual({ path, reason });
  });

  it("allows 190 levels and no more, without overflowing the stack", () => {
    expect(findNonJson(nest(190))).toBeUndefined();
    expect(findNonJson(nest(191))?.reason).toBe("nesting over 190 levels");
    expect(findNonJson(nest(100_000))?.reason).toBe("nesting over 190 levels");
  });
});
