import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { runWithMemory } from "../large-values/measure-scenario.ts";
import { countingScenario } from "../large-values/scenario.ts";
import { bundleWorker } from "../large-values/worker-bundle.ts";
import { climb, ladders } from "./climb.ts";
import { growthOf } from "./growth.ts";
import { limitsOf, memoryMegabytes } from "./limits.ts";
import { type MemoryOptions, parseOptions } from "./options.ts";
import {
  type LadderResult,
  type LongResult,
  type ResidentResult,
  reportLadders,
  reportLong,
  reportResident,
} from "./report.ts";
import { runMany } from "./run-many.ts";

// What fits into a function of 256 MB, and whether a dispatcher grows with its steps: `npm run bench:memory`.
const stepsPerWorkflow = 10;
const samplesPerRun = 10;

const options = parseOptions(process.argv.slice(2));
console.log(`Refluxo dispatcher, memory: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}\n`);
const worker = await bundleWorker();
try {
  const long = options.parts.includes("long") ? await measureLong(options) : [];
  const largest = options.parts.includes("largest") ? await measureLargest(options) : [];
  const resident = options.parts.includes("resident") ? await measureResident(options) : [];
  if (options.jsonFile !== undefined) {
    const machine = { node: process.version, cores: availableParallelism(), arch: process.arch };
    const results = { memoryMegabytes, long, largest, resident };
    const report = { schemaVersion: 1, date: new Date().toISOString(), machine, ...results };
    const withoutTimes = (key: string, value: unknown) => (key === "runsAtMs" ? undefined : value);
    writeFileSync(options.jsonFile, `${JSON.stringify(report, withoutTimes, 2)}\n`);
  }
  // Lambda's own limits decide; the others are beside them.
  const [decisive] = limitsOf(worker.file);
  const isLongWithin = long.every(({ limits, run }) => limits !== decisive?.title || run.isWithin);
  const isSteady = resident.every(({ growth }) => !growth.isTooMuch);
  process.exitCode = isLongWithin && isSteady ? 0 : 1;
} finally {
  await worker.remove();
}

async function measureLong({ longSteps: steps, stepsPerInvocation: settings }: MemoryOptions) {
  const results: LongResult[] = [];
  for (const stepsPerInvocation of settings) {
    const scenario = { ...countingScenario("long", "a long workflow", steps), stepsPerInvocation };
    for (const { title: limits, run } of limitsOf(worker.file)) {
      const found = await runWithMemory(run, scenario, memoryMegabytes);
      results.push({ steps, stepsPerInvocation, limits, run: found });
      console.error(`${steps} steps, ${stepsPerInvocation} per invocation, ${limits}: ${found.problem ?? "ends"}`);
    }
  }
  console.log(`${reportLong(results, memoryMegabytes)}\n`);
  return results;
}

async function measureLargest({ sizesMebibytes }: MemoryOptions) {
  const results: LadderResult[] = [];
  for (const ladder of ladders) {
    for (const { title: limits, run } of limitsOf(worker.file)) {
      const rungs = await climb(run, ladder, sizesMebibytes, memoryMegabytes);
      results.push({ title: ladder.title, limits, rungs });
      const last = rungs.at(-1);
      console.error(`${ladder.title}, ${limits}: up to ${last?.mebibytes} MiB, ${last?.run.problem ?? "ends"}`);
    }
  }
  console.log(`${reportLadders(results, sizesMebibytes, memoryMegabytes)}\n`);
  return results;
}

async function measureResident({ residentSteps, steadyFrom, stepsPerInvocation: settings }: MemoryOptions) {
  const results: ResidentResult[] = [];
  const workflows = residentSteps / stepsPerWorkflow;
  const workflowsPerSample = workflows / samplesPerRun;
  for (const stepsPerInvocation of settings) {
    const many = { workflows, stepsPerWorkflow, stepsPerInvocation, workflowsPerSample, concurrency: 50 };
    const samples = await runMany(
      worker.file,
      { ...many, memoryMegabytes },
      ({ steps, residentMebibytes, heapMebibytes }) =>
        console.error(
          `${stepsPerInvocation} per invocation, ${steps} steps: ${residentMebibytes.toFixed(1)} MiB, alive ${heapMebibytes.toFixed(2)}`,
        ),
    );
    const result = { stepsPerInvocation, samples, growth: growthOf(samples, steadyFrom) };
    results.push(result);
    console.log(`${reportResident(result)}\n`);
  }
  return results;
}
