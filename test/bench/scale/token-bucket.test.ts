import { expect, test } from "vitest";
import { TokenBucket } from "../../../bench/scale/token-bucket.ts";

test("a bucket is full at first, gives no more than it has, and fills with the time that passes up to its burst", () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, burstSeconds: 2 }, 1_000);
  expect(bucket.has(20, 1_000)).toBe(true);
  expect(bucket.has(20.1, 1_000)).toBe(false);
  bucket.take(20, 1_000);
  expect(bucket.has(1, 1_000)).toBe(false);
  expect(() => bucket.take(1, 1_050)).toThrow(RangeError);
  bucket.take(1, 1_100);
  expect(bucket.has(20, 3_100)).toBe(true);
  expect(bucket.has(20.1, 100_000)).toBe(false);
});

test("a bucket says how long units take, and that more than it holds never come", () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, burstSeconds: 2 }, 0);
  expect(bucket.waitMs(20, 0)).toBe(0);
  bucket.take(20, 0);
  expect(bucket.waitMs(5, 0)).toBeCloseTo(500);
  expect(bucket.waitMs(5, 400)).toBeCloseTo(100);
  expect(bucket.waitMs(21, 400)).toBe(Number.POSITIVE_INFINITY);
});

test("a bucket that is emptied as fast as it fills never refuses, whatever fractions that takes", () => {
  const bucket = new TokenBucket({ unitsPerSecond: 3, burstSeconds: 1 }, 0);
  bucket.take(3, 0);
  for (let taken = 1; taken <= 1_000; taken += 1) bucket.take(1, (taken * 1000) / 3);
});
