import { expect, test } from "vitest";
import { drawLatency } from "../../../bench/scale/draw-latency.ts";
import { SeededRandom } from "../../../src/platforms/memory/index.ts";

function draw(seed: number, count: number, sigma: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => drawLatency({ medianMs: 5, sigma }, random));
}

test("latencies have their median, and a p99 of exp(2.33 sigma) times that", () => {
  const sorted = draw(1, 20_000, 0.3).toSorted((a, b) => a - b);
  expect((sorted[10_000] ?? 0) / 5).toBeCloseTo(1, 1);
  expect((sorted[19_800] ?? 0) / 5).toBeCloseTo(Math.exp(2.326 * 0.3), 1);
  expect(sorted[0]).toBeGreaterThan(0);
});

test("without a sigma a latency is its median; one seed gives the same latencies, another gives others", () => {
  expect(new Set(draw(1, 10, 0))).toEqual(new Set([5]));
  expect(draw(1, 10, 0.3)).toEqual(draw(1, 10, 0.3));
  expect(draw(1, 10, 0.3)).not.toEqual(draw(2, 10, 0.3));
});
