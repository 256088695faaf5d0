import { describe, expect, test } from "vitest";
import { assumedLatencies } from "../../../bench/scale/latencies.ts";
import { predictLimits } from "../../../bench/scale/predict.ts";
import { deployments } from "../../../bench/scale/quotas.ts";
import { type LoadOptions, simulateLoad } from "../../../bench/scale/simulate-load.ts";

const load: LoadOptions = {
  seed: 1,
  quotas: deployments["raised quotas"],
  workflowsPerMinute: 100_000,
  scale: 400,
  minutes: 0.5,
  drainMinutes: 120,
  stepsPerInvocation: 10,
  latencies: assumedLatencies,
};

describe("the simulation of a load", () => {
  test("is the same for one seed, and another for another", async () => {
    const [first, again, other] = [
      await simulateLoad(load),
      await simulateLoad(load),
      await simulateLoad({ ...load, seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other.p99Ms).not.toBe(first.p99Ms);
  });

  test("below every limit completes what is offered, unthrottled, for the units that the bench measures", async () => {
    const report = await simulateLoad(load);
    expect(report).toMatchObject({ throttlesPerMinute: {}, failedRecordsPerMinute: 0, unended: 0, givenUp: 0 });
    expect(report).toMatchObject({ started: 50_000, deadLetters: 0, firstLimit: undefined });
    // A few of those that started in the measured half end after it.
    expect(report.completedPerMinute).toBeGreaterThan(97_000);
    // The world ends with the last commit, before the last head.
    expect(report.unitsPerWorkflow["by-check-at"]).toBeCloseTo(2, 1);
    expect(report.unitsPerWorkflow["by-list-key"]).toBeCloseTo(4, 1);
    // The definition's own item, once for each container, is in it.
    expect(report.unitsPerWorkflow["table writes"]).toBeCloseTo(14, 0);
    const oneByOne = await simulateLoad({ ...load, stepsPerInvocation: 1 });
    expect(oneByOne.unitsPerWorkflow["table writes"]).toBeCloseTo(23, 0);
    expect(oneByOne.p50Ms).toBeGreaterThan(report.p50Ms ?? 0);
  });

  test("above what the shards take is throttled by them alone, and every workflow that was started ends none the less", async () => {
    const [limit] = predictLimits(load.quotas, 10);
    if (limit === undefined) throw new Error("no limit");
    const above = { ...load, workflowsPerMinute: 1.5 * limit.workflowsPerMinute, scale: 1_000, minutes: 1 };
    const report = await simulateLoad(above);
    expect(report.firstLimit).toBe("by-check-at partition");
    expect(Object.keys(report.throttlesPerMinute)).not.toContain("table writes");
    expect(report.failedRecordsPerMinute).toBeGreaterThan(0);
    expect(report.completedPerMinute).toBeLessThan(1.2 * limit.workflowsPerMinute);
    expect(report.completedPerMinute).toBeGreaterThan(0.5 * limit.workflowsPerMinute);
    expect(report).toMatchObject({ unended: 0, deadLetters: 0 });
    expect(report.started + report.givenUp).toBeGreaterThanOrEqual(above.workflowsPerMinute);
    // Eight times the shards take eight times as much.
    const sharded = await simulateLoad({ ...above, quotas: deployments["raised, 64 shards"] });
    expect(sharded).toMatchObject({ throttlesPerMinute: {}, failedRecordsPerMinute: 0, unended: 0 });
  });

  test("with fewer dispatchers than it needs waits for them and is not throttled", async () => {
    const quotas = { ...deployments["raised, 64 shards"], dispatchers: 400 };
    const above = { ...load, quotas, workflowsPerMinute: 600_000, minutes: 0.2, stepsPerInvocation: 1 };
    const report = await simulateLoad(above);
    expect(report).toMatchObject({
      firstLimit: "concurrency",
      throttlesPerMinute: {},
      unended: 0,
      mostInFlight: 4_000,
    });
    expect(report.completedPerMinute).toBeLessThan(500_000);
  });
});
