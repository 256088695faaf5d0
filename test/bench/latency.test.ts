import { describe, expect, it, onTestFinished } from "vitest";
import { coveredTime } from "../../bench/latency/covered-time.ts";
import { startLatencyStack } from "../../bench/latency/latency-stack.ts";
import { measureLatency } from "../../bench/latency/measure-latency.ts";
import { measureWake } from "../../bench/latency/measure-wake.ts";
import { parseOptions } from "../../bench/latency/options.ts";
import { percentile } from "../../bench/latency/percentile.ts";
import { reportLatencies, reportParts, reportWake } from "../../bench/latency/report.ts";

describe("a percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [50, 50],
    [99, 99],
    [100, 100],
    [0.5, 1],
  ])("%d of the numbers from 1 to 100 is %d", (percent, value) => {
    expect(percentile(hundred, percent)).toBe(value);
  });

  it("is one of the values, the greatest when there are few", () => {
    expect(percentile([7, 3], 50)).toBe(3);
    expect(percentile([7, 3], 99)).toBe(7);
  });

  it("does not exist of no values, nor outside of 0 to 100", () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
    for (const percent of [0, 101, Number.NaN]) expect(() => percentile([1], percent)).toThrow(RangeError);
  });
});

describe("covered time", () => {
  it("counts overlaps once, leaves gaps out, and ends where its stretch does", () => {
    const stretch = { from: 10, to: 100 };
    expect(coveredTime(stretch, [])).toBe(0);
    const overlapping = [
      { from: 30, to: 50 },
      { from: 0, to: 20 },
      { from: 15, to: 25 },
      { from: 35, to: 40 },
      { from: 90, to: 200 },
      { from: 300, to: 400 },
    ];
    expect(coveredTime(stretch, overlapping)).toBe(15 + 20 + 10);
  });
});

describe("the latency of workflows", () => {
  it.each([1, 10])(
    "is seen from request to end, with %d steps per invocation, and its parts make the whole",
    async (stepsPerInvocation) => {
      const stack = await startLatencyStack(stepsPerInvocation);
      onTestFinished(() => stack.stop());
      const load = { workflows: 4, concurrency: 2 };
      const result = await measureLatency(stack, "test", load);
      expect(result.latencies).toHaveLength(4);
      for (const { completedMs, returnedMs, requestMs, invokedMs, queuedMs } of result.latencies) {
        for (const part of [requestMs, invokedMs, queuedMs]) expect(part).toBeGreaterThanOrEqual(0);
        expect(requestMs + invokedMs + queuedMs).toBeCloseTo(completedMs, 6);
        expect(invokedMs).toBeGreaterThan(0);
        expect(returnedMs).toBeGreaterThanOrEqual(completedMs);
      }
      const settings = [{ ...result, stepsPerInvocation }];
      expect(reportLatencies(settings)).toContain(`| 2 at a time, 4 in all | ${stepsPerInvocation} | `);
      expect(reportParts(settings)).toContain(`| 2 at a time | ${stepsPerInvocation} | `);
    },
  );

  it("fails when something in the stack goes wrong, and does not wait for ever", async () => {
    const stack = await startLatencyStack(1);
    onTestFinished(() => stack.stop());
    const end = stack.watch.untilEnd("never");
    stack.watch.logger.warn("trouble", { workflowId: "never" });
    await expect(end).rejects.toThrow("trouble");
  });
});

it("messages in an idle queue are measured one by one, with the poller and without", async () => {
  const wake = await measureWake(3);
  for (const waits of [wake.poller, wake.longPoll]) expect(waits).toHaveLength(3);
  expect(reportWake(wake)).toMatch(/\| until the local poller calls the function with it \| [\d.]+ \| [\d.]+ \|/);
});

describe("the latency benchmark's options", () => {
  it("take a quick run and a file", () => {
    expect(parseOptions([]).loads.map(({ concurrency }) => concurrency)).toEqual([1, 50]);
    expect(parseOptions(["--quick", "--json", "out.json"])).toMatchObject({
      loads: [{ workflows: 50 }, { workflows: 100 }],
      jsonFile: "out.json",
    });
  });

  it.each([[["--slow"]], [["extra"]]])("refuse %j with the usage", (args) => {
    expect(() => parseOptions(args)).toThrow("npm run bench:latency --");
  });
});
