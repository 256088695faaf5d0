import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Measurement, measureScenario, problemOf, type RunScenario } from "./measure-scenario.ts";
import { type LargeValueOptions, parseOptions } from "./options.ts";
import { describeRun, reportMeasurements } from "./report.ts";
import { runInWorker } from "./run-in-worker.ts";
import { readMemoryMegabytes } from "./stack.ts";
import { paceOf } from "./step-pace.ts";
import { bundleWorker } from "./worker-bundle.ts";

process.exitCode = await main(parseOptions(process.argv.slice(2)));

/** Measures and prints everything; returns the exit code: 1 when a workflow does not end as expected. */
async function main({ scenarios, jsonFile }: LargeValueOptions): Promise<number> {
  const memoryMegabytes = readMemoryMegabytes();
  console.log(
    `Refluxo dispatcher, large values: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`,
  );
  const worker = await bundleWorker();
  const run: RunScenario = async (scenario, heapMegabytes) => {
    const found = await runInWorker(worker.file, scenario, heapMegabytes);
    console.error(describeRun(scenario.name, heapMegabytes, found));
    return found;
  };
  try {
    const measurements: Measurement[] = [];
    for (const scenario of scenarios) measurements.push(await measureScenario(run, scenario, memoryMegabytes));
    console.log(`\n${reportMeasurements(measurements, memoryMegabytes)}`);
    if (jsonFile !== undefined) writeJson(jsonFile, memoryMegabytes, measurements);
    return measurements.every((measurement) => problemOf(measurement) === undefined) ? 0 : 1;
  } finally {
    await worker.remove();
  }
}

function writeJson(file: string, memoryMegabytes: number, measurements: readonly Measurement[]): void {
  const machine = { node: process.version, cores: availableParallelism(), arch: process.arch };
  const withoutRuns = ({ scenario, free, limited }: Measurement) => {
    const { runsAtMs, ...rest } = free;
    const { name, title, steps } = scenario;
    const small = limited.map(({ runsAtMs: _, ...others }) => others);
    return { name, title, steps, free: { ...rest, pace: paceOf(runsAtMs) }, limited: small };
  };
  const results = { memoryMegabytes, measurements: measurements.map(withoutRuns) };
  const report = { schemaVersion: 1, date: new Date().toISOString(), machine, ...results };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
