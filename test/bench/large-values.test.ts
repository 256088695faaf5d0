import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureScenario, problemOf } from "../../bench/large-values/measure-scenario.ts";
import { parseOptions } from "../../bench/large-values/options.ts";
import { outcomeProblem } from "../../bench/large-values/outcome-problem.ts";
import { reportMeasurements } from "../../bench/large-values/report.ts";
import { type Run, runInWorker } from "../../bench/large-values/run-in-worker.ts";
import { assertSample, makeSample, type SampleSpec } from "../../bench/large-values/sample-value.ts";
import {
  contextScenario,
  countingScenario,
  inputScenario,
  payloadScenario,
  resultScenario,
  type Scenario,
  scenarios,
} from "../../bench/large-values/scenario.ts";
import { paceOf } from "../../bench/large-values/step-pace.ts";
import { bundleWorker, type WorkerBundle } from "../../bench/large-values/worker-bundle.ts";

const text: SampleSpec = { shape: "text", sizeBytes: 20_000 };
const rows: SampleSpec = { shape: "rows", sizeBytes: 20_000 };
const wideRows: SampleSpec = { shape: "wide-rows", sizeBytes: 20_000 };

describe("a sample", () => {
  it.each([text, rows, wideRows])("of $shape takes its bytes exactly, and is another for another seed", (spec) => {
    for (const sizeBytes of [200, 201, 257, 20_000, 20_001, 131_072]) {
      const sized = { ...spec, sizeBytes };
      const json = JSON.stringify(makeSample(sized, 0));
      expect(Buffer.byteLength(json)).toBe(sizeBytes);
      expect(json).not.toBe(JSON.stringify(makeSample(sized, 1)));
      assertSample(JSON.parse(json), sized, 0);
    }
  });

  it.each([text, rows, wideRows])("of $shape is refused when its size, its seed or its end differs", (spec) => {
    const sample = makeSample(spec, 0);
    expect(() => assertSample(sample, { ...spec, sizeBytes: spec.sizeBytes + 1 }, 0)).toThrow("Sample 0");
    expect(() => assertSample(sample, spec, 1)).toThrow("Sample 1");
    expect(() => assertSample(undefined, spec, 0)).toThrow("undefined");
    // The last character of the text, or of the last row's name.
    const changed = JSON.stringify(sample).replace(/[^"](?="$|","price":[\d.]+\}\]$)/, "!");
    expect(() => assertSample(JSON.parse(changed), spec, 0)).toThrow("differs");
  });
});

describe("a scenario in a worker", () => {
  let worker: WorkerBundle;
  beforeAll(async () => {
    worker = await bundleWorker();
  });
  afterAll(() => worker.remove());

  it.each<Scenario>([
    contextScenario("context", "five results", text, 5),
    countingScenario("loop", "five steps", 5),
    resultScenario("result", "one result", wideRows),
    inputScenario("input", "an input", rows),
    payloadScenario("payload", "a resume", rows),
  ])("$name ends as expected, and its memory, calls and units are counted", async (scenario) => {
    const run = await runInWorker(worker.file, scenario);
    expect(run.problem).toBeUndefined();
    expect(run.peakMebibytes).toBeGreaterThan(0);
    expect(run.runsAtMs).toHaveLength(scenario.steps);
    expect(run.readUnits).toBeGreaterThan(0);
    // A claim and a commit for each step; a message that carries its workflow spares the read.
    expect(run.calls["PutItem"]).toBeGreaterThanOrEqual(3 + scenario.steps);
    expect(run.calls["UpdateItem"]).toBeGreaterThanOrEqual(scenario.steps);
    expect(run.calls["Query"]).toBeGreaterThan(0);
    // Small results stay in their items; all other values go through the bucket.
    expect((run.calls["S3 PUT"] ?? 0) > 0).toBe(scenario.name !== "loop");
  });

  it("fails when a node sees another length than it should", async () => {
    const seen = { ...text, sizeBytes: text.sizeBytes - 1 };
    const { problem } = await runInWorker(worker.file, resultScenario("wrong", "one result", text, seen));
    expect(problem).toBe("it is failed at version 2: Error: Sample 0 of 19999 bytes: its text has 19998 characters");
  });

  it("fails when its process ends, and says how", async () => {
    const tooLarge = resultScenario("heap", "too much", { shape: "rows", sizeBytes: 8_000_000 });
    const { problem, peakMebibytes } = await runInWorker(worker.file, tooLarge, 16);
    expect(problem).toMatch(/the process ended by itself \(SIGABRT\); FATAL ERROR: .*heap/);
    expect(peakMebibytes).toBeUndefined();
  });
});

describe("the outcome of a scenario", () => {
  const scenario = countingScenario("loop", "two steps", 2);
  const step = JSON.stringify({ schemaVersion: 1, type: "step", nodeId: "count", status: "active" });
  const start = { workflowId: "w", definitionId: "loop", definitionHash: "h", startedAt: 0, expiresAt: 9, purgeAt: 9 };
  const stored = (status: "completed" | "failed" | "active", transitions: readonly string[]) => ({
    start: { ...start, input: "null" },
    head: { ...start, version: transitions.length, status, checkIntervalMs: 0 },
    versions: transitions.map((transition, version) => ({ version, transition })),
  });

  it("is as expected when it has completed at its version in its steps", () => {
    expect(outcomeProblem(stored("completed", [step, step]), scenario)).toBeUndefined();
  });

  it.each([
    ["nothing is stored", undefined, "not stored"],
    ["it has not completed", stored("active", [step, step]), "it is active"],
    ["it took fewer steps", stored("completed", [step]), "at version 1"],
    ["it failed", stored("failed", [failed("too hot")]), "too hot"],
    ["a version is no step", stored("completed", [step, step.replace('"step"', '"resume"')]), "1 steps, not 2"],
  ])("is a problem when %s", (_why, found, problem) => {
    expect(outcomeProblem(found, scenario)).toContain(problem);
  });
});

function failed(failedReason: string): string {
  return JSON.stringify({ schemaVersion: 1, type: "fail", status: "failed", metadata: { failedReason } });
}

describe("measuring with less memory", () => {
  const scenario = countingScenario("loop", "two steps", 2);
  const runOf = (run: Partial<Run>): Run => ({ durationMs: 1, calls: {}, readUnits: 0, runsAtMs: [], ...run });

  it("goes up from the template's size until a run ends as expected within its memory", async () => {
    const heaps: (number | undefined)[] = [];
    const answers = [{ peakMebibytes: 900 }, { problem: "it crashed" }, { peakMebibytes: 769 }, { peakMebibytes: 900 }];
    const measured = await measureScenario(
      async (_scenario, heap) => runOf(answers[heaps.push(heap) - 1] ?? {}),
      scenario,
      512,
    );
    expect(heaps).toEqual([undefined, 384, 576, 768]);
    expect(measured.limited.map(({ memoryMegabytes, isWithin }) => [memoryMegabytes, isWithin])).toEqual([
      [512, false],
      [768, false],
      [1024, true],
    ]);
    expect(problemOf(measured)).toBeUndefined();
    const report = reportMeasurements([measured], 512);
    expect(report).toContain("loop with 512 MB: it crashed");
    expect(report).toMatch(/\| +fails \| +1024 \|/);
    expect(report).not.toContain("DOES NOT END");
  });

  it("stops at a run without a limit that does not end as expected", async () => {
    const measured = await measureScenario(async () => runOf({ problem: "it is failed" }), scenario, 512);
    expect(measured.limited).toEqual([]);
    expect(problemOf(measured)).toBe("it is failed");
    expect(reportMeasurements([measured], 512)).toContain("loop DOES NOT END AS EXPECTED: it is failed");
  });

  it("is a problem when no size suffices", async () => {
    const measured = await measureScenario(async () => runOf({ peakMebibytes: 9_999 }), scenario, 512);
    expect(problemOf(measured)).toContain("no memory size");
  });
});

describe("the pace of steps", () => {
  it("compares the last tenth with the first", () => {
    const at = Array.from({ length: 201 }, (_, index) => (index <= 100 ? index : 100 + (index - 100) * 3));
    expect(paceOf(at)).toEqual({ firstTenthMs: 1, lastTenthMs: 3, ratio: 3 });
    expect(paceOf([1, 2, 3])).toBeUndefined();
  });
});

describe("the large-value benchmark's options", () => {
  it("take all scenarios, or one by its name, and a file", () => {
    expect(parseOptions([]).scenarios).toBe(scenarios);
    const { scenarios: chosen, jsonFile } = parseOptions(["--scenario", "loop", "--json", "out.json"]);
    expect(chosen.map(({ name }) => name)).toEqual(["loop"]);
    expect(jsonFile).toBe("out.json");
  });

  it.each([[["--scenario", "nothing"]], [["--slow"]], [["extra"]]])("refuse %j with the usage", (args) => {
    expect(() => parseOptions(args)).toThrow("npm run bench:large --");
  });
});
