import { describe, expect, it } from "vitest";
import { parseOptions } from "../../bench/options.ts";

describe("the benchmark's options", () => {
  it("measure up to 1,000 steps in several rounds unless told otherwise", () => {
    expect(parseOptions([])).toEqual({ rounds: 7, discardedRounds: 1, growthSteps: [10, 100, 1000] });
  });

  it("take one round without the longest workflow for --quick, the number of rounds and a file", () => {
    expect(parseOptions(["--quick", "--json", "out.json"])).toEqual({
      rounds: 1,
      discardedRounds: 0,
      growthSteps: [10, 100],
      jsonFile: "out.json",
    });
    expect(parseOptions(["--quick", "--rounds", "3"]).rounds).toBe(3);
  });

  it.each([[["--rounds", "0"]], [["--rounds", "two"]], [["--slow"]], [["extra"]]])(
    "refuse %j with the usage",
    (args) => {
      expect(() => parseOptions(args)).toThrow("npm run bench --");
    },
  );
});
