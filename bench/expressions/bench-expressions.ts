import { availableParallelism } from "node:os";
import { dispatchedContestant, engineContestant } from "./contestants.ts";
import { measureCpu } from "./measure-cpu.ts";
import { stepData } from "./step-data.ts";

const rounds = { rounds: 40, discardedRounds: 40 };

console.log(
  `Refluxo dispatcher, expressions: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`,
);
console.log("CPU time of the process per step, the least of 40 rounds\n");
console.log("| step | expressions | µs | to none |\n|---|---:|---:|---:|");
await report("engine alone", stepData.map(engineContestant));
await report("dispatched, memory platform", stepData.map(dispatchedContestant));

async function report(title: string, contestants: Parameters<typeof measureCpu>[0]): Promise<void> {
  const found = [...(await measureCpu(contestants, rounds)).values()];
  const none = found[0] ?? Number.NaN;
  for (const [index, { name }] of stepData.entries()) {
    const micros = found[index] ?? Number.NaN;
    console.log(`| ${title} | ${name} | ${micros.toFixed(0)} | ${(micros / none).toFixed(2)} |`);
  }
}
