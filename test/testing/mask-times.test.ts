import { expect, test } from "vitest";
import { maskTimes } from "../../src/testing/mask-times.ts";

test("times of the simulated clock are masked wherever they stand, and nothing else", () => {
  const at = (ms: number) => ({ at: ms, text: `since ${new Date(ms).toISOString()}.`, list: [ms] });
  const [first, second] = [Date.UTC(2100, 0, 1), Date.UTC(2100, 5, 2, 3, 4, 5, 6)];
  expect(maskTimes(at(first))).toBe(maskTimes(at(second)));
  expect(maskTimes(at(Date.UTC(2026, 0, 1)))).not.toBe(maskTimes(at(Date.UTC(2026, 0, 2))));
  expect(maskTimes({ amount: 124_400 })).not.toBe(maskTimes({ amount: 124_401 }));
});

test("the order of keys does not matter, that of a list does", () => {
  expect(maskTimes({ a: 1, b: { c: 2, d: 3 } })).toBe(maskTimes({ b: { d: 3, c: 2 }, a: 1 }));
  expect(maskTimes([1, 2])).not.toBe(maskTimes([2, 1]));
  expect(maskTimes(undefined)).not.toBe(maskTimes(null));
});
