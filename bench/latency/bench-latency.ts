import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { startLatencyStack } from "./latency-stack.ts";
import { measureLatency } from "./measure-latency.ts";
import { measureWake } from "./measure-wake.ts";
import { parseOptions } from "./options.ts";
import { reportLatencies, reportParts, reportWake, type SettingResult } from "./report.ts";

// How long a workflow of ten steps takes on the local stack: `npm run bench:latency`.
const { loads, warmUp, messages, jsonFile } = parseOptions(process.argv.slice(2));
const settings = [1, 10];

console.log(`Refluxo dispatcher, latency: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`);
console.log("ms, from just before the start request is sent\n");
const results: SettingResult[] = [];
for (const stepsPerInvocation of settings) {
  const stack = await startLatencyStack(stepsPerInvocation);
  try {
    await measureLatency(stack, "warm-up", warmUp);
    for (const load of loads) {
      const result = await measureLatency(stack, `bench-${load.concurrency}`, load);
      results.push({ stepsPerInvocation, ...result });
      console.error(`${load.concurrency} at a time, ${stepsPerInvocation} per invocation: ${result.durationMs | 0} ms`);
    }
  } finally {
    await stack.stop();
  }
}
const wake = await measureWake(messages);
console.log(`${reportLatencies(results)}\n\n${reportParts(results)}\n\n${reportWake(wake)}`);
if (jsonFile !== undefined) {
  const machine = { node: process.version, cores: availableParallelism(), arch: process.arch };
  const report = { schemaVersion: 1, date: new Date().toISOString(), machine, results, wake };
  writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
}
