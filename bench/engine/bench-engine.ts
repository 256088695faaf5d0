import { availableParallelism } from "node:os";
import { type Measured, measureSteps } from "../expressions/measure-steps.ts";
import type { Spread } from "../statistics.ts";
import { engineContestants } from "./engine-contestants.ts";
import { measureAllocations } from "./measure-allocations.ts";
import { pinToOneCore } from "./pin-to-one-core.ts";

// What the engine costs a step, to one await in the same round: `npm run bench:engine`.
const rounds = 7;
const stepsPerRun = 20_000;

const cores = `${availableParallelism()} cores, ${pinToOneCore() ? "pinned to one" : "not pinned"}`;
console.log(`Refluxo dispatcher, engine: Node ${process.version}, ${cores}, ${process.arch}`);
console.log(
  `CPU time, medians of ${rounds} interleaved rounds, with the least and the greatest; ratios are those of a round\n`,
);
console.log("| executeStep, a node that returns its data | µs per step | to one await |\n|---|---:|---:|");
for (const { name, cpu } of await measureSteps(engineContestants({ stepsPerRun }), { rounds, discardedRounds: 2 })) {
  console.log(`| ${name} | ${cells(cpu)} |`);
}
console.log("\n| | bytes allocated per step | bytes kept per step |\n|---|---:|---:|");
for (const { name, allocatedBytes, keptBytes } of await measureAllocations()) {
  console.log(`| ${name} | ${allocatedBytes.toFixed(0)} | ${keptBytes.toFixed(0)} |`);
}

function cells({ micros, ratio }: Measured): string {
  return `${describe(micros)} | ${describe(ratio)}`;
}

function describe({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}
