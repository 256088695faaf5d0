import { describe, expect, it } from "vitest";
import { systemRandom } from "../../../src/platforms/aws/system-clock.ts";
import { SeededRandom } from "../../../src/platforms/memory/index.ts";

const fractionsOf = (random: { fraction(): number }) => Array.from({ length: 1_000 }, () => random.fraction());

describe("randomness", () => {
  it("of one seed is the same each time, and of another it is not", () => {
    expect(fractionsOf(new SeededRandom(7))).toEqual(fractionsOf(new SeededRandom(7)));
    expect(fractionsOf(new SeededRandom(7))).not.toEqual(fractionsOf(new SeededRandom(8)));
    expect(new SeededRandom(7).token()).toBe(new SeededRandom(7).token());
  });

  it.each([
    ["seeded", new SeededRandom()],
    ["the machine's", systemRandom],
  ])("that is %s gives fractions from 0 up to 1, and a token once", (_which, random) => {
    const fractions = fractionsOf(random);
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    expect(new Set(fractions).size).toBeGreaterThan(900);
    expect(random.token()).not.toBe(random.token());
  });
});
