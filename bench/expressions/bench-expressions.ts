import { availableParallelism } from "node:os";
import { startStage } from "../stage.ts";
import type { Spread } from "../statistics.ts";
import { dispatchedContestant, engineContestant } from "./contestants.ts";
import { emulatorContestant } from "./emulator-contestant.ts";
import { type Contestant, type Measured, measureSteps } from "./measure-steps.ts";
import { stepData } from "./step-data.ts";

// What expressions cost a step, to the same step with constants in their place: `npm run bench:expressions`.
const rounds = 7;
const emulatorSteps = 300;
const counts = { rounds, discardedRounds: 1 };

console.log(
  `Refluxo dispatcher, expressions: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`,
);
console.log(`Medians of ${rounds} interleaved rounds, with the least and the greatest; ratios are those of a round\n`);
await report("engine alone", stepData.map(engineContestant));
await report("dispatched, memory platform", stepData.map(dispatchedContestant));
const stage = await startStage();
try {
  const contestants = stepData.map((data) => emulatorContestant(stage, data, emulatorSteps));
  await report("dispatched, emulators", contestants);
} finally {
  await stage.stop();
}

async function report(title: string, contestants: readonly Contestant[]): Promise<void> {
  console.log(`${title}\n`);
  console.log("| expressions | CPU µs per step | to none | µs per step | to none |\n|---|---:|---:|---:|---:|");
  for (const { name, cpu, duration } of await measureSteps(contestants, counts)) {
    console.log(`| ${name} | ${cells(cpu)} | ${cells(duration)} |`);
  }
  console.log();
}

function cells({ micros, ratio }: Measured): string {
  return `${describe(micros, 0)} | ${describe(ratio, 2)}`;
}

function describe({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
