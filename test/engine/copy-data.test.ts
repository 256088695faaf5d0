import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyData, frozenCopy } from "../../src/engine/copy-data.ts";

describe("copyData", () => {
  it("equals its original and shares no list or object with it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(copyData(value)).toStrictEqual(value);
        if (typeof value === "object" && value !== null) expect(copyData(value)).not.toBe(value);
      }),
    );
  });

  it("shares what is not plain, keeps cycles, and makes a __proto__ key an ordinary property (I17)", () => {
    const cycle: { at: Date; self?: unknown } = { at: new Date(0) };
    cycle.self = cycle;
    const copied = copyData(cycle);
    expect(copied).toStrictEqual(cycle);
    expect(copied).toHaveProperty("at", cycle.at);
    const evil = copyData(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(Object.getPrototypeOf(evil)).toBe(Object.prototype);
    expect(evil).not.toHaveProperty("admin");
  });
});

describe("frozenCopy", () => {
  it("cannot be changed at any depth, and leaves the original open", () => {
    const original = { list: [{ a: 1 }] };
    const frozen = frozenCopy(original) as typeof original;
    expect([frozen, frozen.list, frozen.list[0]].map(Object.isFrozen)).toEqual([true, true, true]);
    expect(Object.isFrozen(original.list)).toBe(false);
  });
});
