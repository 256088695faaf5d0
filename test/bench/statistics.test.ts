import { describe, expect, it } from "vitest";
import { fitExponent, spreadOf } from "../../bench/statistics.ts";

describe("spreadOf", () => {
  it("finds the middle value of an odd number and the mean of the two middle ones of an even number", () => {
    expect(spreadOf([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9 });
    expect(spreadOf([10, 1, 4, 2])).toEqual({ median: 3, min: 1, max: 10 });
  });

  it("refuses no values", () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe("fitExponent", () => {
  it.each([1, 1.5, 2])("finds the exponent %d", (exponent) => {
    const points = [10, 100, 1000].map((x) => ({ x, y: 7 * x ** exponent }));
    expect(fitExponent(points)).toBeCloseTo(exponent, 10);
  });

  it("refuses one point and values that have no logarithm", () => {
    expect(() => fitExponent([{ x: 1, y: 1 }])).toThrow(RangeError);
    expect(() =>
      fitExponent([
        { x: 1, y: 0 },
        { x: 2, y: 1 },
      ]),
    ).toThrow(RangeError);
  });
});
