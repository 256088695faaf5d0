import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LimitedRun, RunScenario } from "../../bench/large-values/measure-scenario.ts";
import { countingScenario } from "../../bench/large-values/scenario.ts";
import { bundleWorker, type WorkerBundle } from "../../bench/large-values/worker-bundle.ts";
import { climb, type Ladder, ladders } from "../../bench/memory/climb.ts";
import { growthOf, type StepSample } from "../../bench/memory/growth.ts";
import { lambdaNodeOptions } from "../../bench/memory/lambda-node-options.ts";
import { limitsOf } from "../../bench/memory/limits.ts";
import { parseOptions } from "../../bench/memory/options.ts";
import { reportLadders, reportLong, reportResident } from "../../bench/memory/report.ts";
import { runMany } from "../../bench/memory/run-many.ts";

const mebibyte = 2 ** 20;

function sample(steps: number, residentMebibytes: number, heapMebibytes: number): StepSample {
  return { type: "sample", steps, residentMebibytes, heapTakenMebibytes: residentMebibytes, heapMebibytes };
}

describe("growth", () => {
  it("is taken from the first sample after so many steps to the last, with its slope in bytes per step", () => {
    const samples = [sample(0, 80, 10), sample(100, 200, 14), sample(200, 202, 14.5), sample(300, 204, 15)];
    expect(growthOf(samples, 100)).toEqual({
      fromSteps: 100,
      toSteps: 300,
      residentMebibytes: 4,
      heapMebibytes: 1,
      residentBytesPerStep: expect.closeTo((4 * mebibyte) / 200, 6),
      heapBytesPerStep: expect.closeTo((1 * mebibyte) / 200, 6),
      isTooMuch: false,
    });
  });

  it.each([
    ["the heap", sample(300, 200, 15.1)],
    ["what is resident", sample(300, 208.1, 14)],
  ])("is too much when %s grows beyond its tolerance", (_what, last) => {
    const growth = growthOf([sample(100, 200, 14), last], 0);
    expect(growth.isTooMuch).toBe(true);
    expect(reportResident({ stepsPerInvocation: 1, samples: [last], growth })).toContain("GROWS");
  });

  it("is not too much when a process shrinks", () => {
    const growth = growthOf([sample(100, 200, 14), sample(300, 190, 13)], 0);
    expect(growth).toMatchObject({ residentMebibytes: -10, heapMebibytes: -1, isTooMuch: false });
    expect(reportResident({ stepsPerInvocation: 1, samples: [], growth })).toContain("resident −10.0 MiB");
  });

  it("needs two samples", () => {
    expect(() => growthOf([sample(0, 1, 1), sample(100, 1, 1)], 50)).toThrow(RangeError);
  });
});

describe("a ladder", () => {
  const ladder: Ladder = {
    title: "steps",
    scenarioOf: (bytes) => countingScenario("rung", "a rung", bytes / mebibyte),
  };
  const answering =
    (...peaks: readonly (number | string)[]): RunScenario =>
    async ({ steps }) => {
      const peak = peaks[steps - 1];
      const found = typeof peak === "string" ? { problem: peak } : { peakMebibytes: peak ?? 0 };
      return { durationMs: 1, calls: {}, readUnits: 0, runsAtMs: [], ...found };
    };

  it("is climbed until a value does not fit, by its peak or by its end", async () => {
    const tooLarge = await climb(answering(100, 256, 257, 100), ladder, [1, 2, 3, 4], 256);
    expect(tooLarge.map(({ mebibytes, run }) => [mebibytes, run.isWithin])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    const fatal = await climb(answering("it crashed"), ladder, [1, 2], 256);
    expect(fatal).toMatchObject([{ mebibytes: 1, run: { isWithin: false, problem: "it crashed" } }]);
    const results = [
      { title: "large", limits: "some", rungs: tooLarge },
      { title: "fatal", limits: "some", rungs: fatal },
    ];
    const report = reportLadders(results, [1, 2, 3, 4], 256);
    expect(report).toContain("| large | some | 100 | 256 | **257** | – | 2 MiB |");
    expect(report).toContain("| fatal | some | fails | – | – | – | none |");
  });

  it("has a value of exactly its size", () => {
    expect(ladders.map(({ scenarioOf }) => scenarioOf(3 * mebibyte))).toMatchObject([
      {
        name: "result-text",
        workflow: { nodes: [{ data: { sample: { shape: "text", sizeBytes: 3 * mebibyte } } }, {}] },
      },
      { name: "result-rows" },
      { name: "input-text", inputObject: { shape: "text", sizeBytes: 3 * mebibyte } },
      { name: "input-rows", inputObject: { shape: "rows", sizeBytes: 3 * mebibyte } },
    ]);
  });
});

it("a long workflow is reported with its peak, or with why it does not end", () => {
  const run: LimitedRun = {
    durationMs: 2_000,
    calls: {},
    readUnits: 0,
    runsAtMs: [],
    memoryMegabytes: 256,
    isWithin: true,
  };
  const result = { steps: 10, stepsPerInvocation: 1, limits: "some" };
  const report = reportLong(
    [
      { ...result, run: { ...run, peakMebibytes: 200 } },
      { ...result, run: { ...run, isWithin: false, problem: "it crashed" } },
      { ...result, run: { ...run, isWithin: false, peakMebibytes: 300 } },
    ],
    256,
  );
  expect(report).toContain("| some | 10 | 1 | 200 | yes | 2 |");
  expect(report).toContain("| some | 10 | 1 | – | no: it crashed | 2 |");
  expect(report).toContain("| some | 10 | 1 | 300 | no: more memory | 2 |");
});

describe("a worker", () => {
  let worker: WorkerBundle;
  beforeAll(async () => {
    worker = await bundleWorker();
  });
  afterAll(() => worker.remove());

  it("is sampled when idle, before and while many workflows run through it", async () => {
    const many = { workflows: 4, stepsPerWorkflow: 3, stepsPerInvocation: 1, concurrency: 2, workflowsPerSample: 2 };
    const samples = await runMany(worker.file, { ...many, memoryMegabytes: 256 });
    expect(samples.map(({ steps }) => steps)).toEqual([0, 6, 12]);
    for (const { residentMebibytes, heapMebibytes } of samples) {
      expect(heapMebibytes).toBeGreaterThan(0);
      expect(residentMebibytes).toBeGreaterThan(heapMebibytes);
    }
  });

  it("runs as many steps per message as its scenario says, with any of the limits", async () => {
    for (const { run } of limitsOf(worker.file)) {
      const found = await run({ ...countingScenario("loop", "five steps", 5), stepsPerInvocation: 5 }, 192);
      expect(found.problem).toBeUndefined();
      // A claim by put and its commit; four commits by put; the start, the head twice, and the definition.
      expect(found.calls).toMatchObject({ UpdateItem: 1, PutItem: 9 });
    }
  });
});

it("Lambda gives a function of 256 MB a young generation of twice 12 MB, and the rest to the old one", () => {
  expect(lambdaNodeOptions(256)).toEqual(["--max-semi-space-size=12", "--max-old-space-size=231"]);
});

describe("the memory benchmark's options", () => {
  it("take a part, a setting, a quick run and a file", () => {
    expect(parseOptions([])).toMatchObject({ residentSteps: 100_000, longSteps: 10_000, stepsPerInvocation: [1, 10] });
    const args = ["--quick", "--part", "resident", "--steps-per-invocation", "10", "--json", "out.json"];
    expect(parseOptions(args)).toMatchObject({
      parts: ["resident"],
      residentSteps: 20_000,
      stepsPerInvocation: [10],
      jsonFile: "out.json",
    });
  });

  it.each([[["--part", "nothing"]], [["--steps-per-invocation", "0"]], [["--slow"]], [["extra"]]])(
    "refuse %j with the usage",
    (args) => {
      expect(() => parseOptions(args)).toThrow("npm run bench:memory --");
    },
  );
});
