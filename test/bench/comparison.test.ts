import { describe, expect, it } from "vitest";
import { compare, isWorse } from "../../bench/comparison.ts";
import { reportWorse } from "../../bench/report.ts";
import { spreadOf } from "../../bench/statistics.ts";
import type { Summary } from "../../bench/summarise.ts";

function summaryOf(name: string, readUnits: number, speeds: readonly number[]): Summary {
  const costs = { calls: 4, writeUnits: 2, readUnits, bytesWritten: 500 };
  return {
    name,
    isOurs: name.startsWith("A"),
    load: { workflows: 1, steps: 10 },
    perStep: costs,
    perStepOnly: costs,
    callsPerStep: {},
    callsPerWorkflow: {},
    callsOfFirstWorkflow: {},
    pollerCallsPerStep: {},
    stepsPerSecond: spreadOf(speeds),
    stepsPerSecondByRound: speeds,
  };
}

describe("a comparison", () => {
  const summaries = [summaryOf("A", 3, [10, 40, 30]), summaryOf("B1", 1, [20, 20, 20])];
  const find = (title: string) => compare(summaries).find((comparison) => comparison.title === title);

  it("takes the ratios of speeds within each round", () => {
    expect(find("steps per second")?.ratios).toEqual([
      { ours: "A", baseline: "B1", ratio: 1.5, spread: { median: 1.5, min: 0.5, max: 2 } },
    ]);
  });

  it("calls more units worse, more speed better, and what is equal neither", () => {
    const worse = compare(summaries).filter((comparison) =>
      comparison.ratios.some((ratio) => isWorse(comparison, ratio)),
    );
    expect(worse.map(({ title }) => title)).toEqual(["read units"]);
  });

  it("names every measure that is worse in the report", () => {
    expect(reportWorse([summaries])).toContain("- 1 workflow of 10 steps, read units: A 3.00 of B1");
    expect(reportWorse([[summaryOf("A", 1, [20]), summaryOf("B1", 1, [20])]])).toContain("- nowhere");
  });

  it("sets each of our settings against each baseline", () => {
    const all = [...summaries.slice(0, 1), summaryOf("A10", 1, [1]), ...summaries.slice(1), summaryOf("B2", 1, [1])];
    const [first] = compare(all);
    expect(first?.ratios.map(({ ours, baseline }) => `${ours}/${baseline}`)).toEqual([
      "A/B1",
      "A/B2",
      "A10/B1",
      "A10/B2",
    ]);
  });
});
