import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Budget, budgetedResultBytes, checkBudgets } from "./budgets.ts";
import type { Contender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { type ContenderResults, measureRounds } from "./measure.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { type LoadSummaries, reportGrowth, reportLoad, reportWorse } from "./report.ts";
import type { LoadResult } from "./run-load.ts";
import { type Stage, startStage } from "./stage.ts";
import { fitExponent } from "./statistics.ts";
import { summarise } from "./summarise.ts";
import { defaultResultBytes, type Load } from "./workload.ts";

const lone: Load = { workflows: 1, steps: 10 };
const many: Load = { workflows: 50, steps: 10 };

process.exitCode = await main(parseOptions(process.argv.slice(2)));

/** Runs and prints everything; returns the exit code: 1 when an expectation does not hold. */
async function main(options: BenchOptions): Promise<number> {
  printHead(options);
  const stage = await startStage();
  try {
    const loads = await measureLoads(stage, options);
    for (const summaries of loads) console.log(reportLoad(summaries));
    const growth = await measureGrowth(stage, options.growthSteps);
    const exponents = contenders.map(({ name }) => ({ name, exponent: exponentOf(name, growth) }));
    console.log(reportGrowth(growth, exponents));
    const sizes = await measureSizes(stage);
    const budgets = checkBudgets({ loads: [...loads.flat(), ...sizes], growth: growth.flat(), exponents });
    for (const budget of budgets) console.log(lineOf(budget));
    console.log(reportWorse([...loads, ...growth.filter(([summary]) => summary?.load.steps !== lone.steps)]));
    if (options.jsonFile !== undefined) writeJson(options.jsonFile, { loads, growth, sizes, exponents, budgets });
    return budgets.every(({ isKept }) => isKept) ? 0 : 1;
  } finally {
    await stage.stop();
  }
}

function printHead({ rounds, discardedRounds }: BenchOptions): void {
  console.log(
    `Refluxo dispatcher, benchmark: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`,
  );
  console.log(
    `${rounds} interleaved rounds (after ${discardedRounds} to get warm), ${defaultResultBytes} bytes per node result;`,
  );
  console.log("speeds and their ratios are medians, with the least and the greatest of the rounds");
  for (const { name, description } of contenders) console.log(`${name.padEnd(2)} ${description}`);
  console.log();
}

async function measureLoads(stage: Stage, options: BenchOptions): Promise<readonly LoadSummaries[]> {
  const loneResults = await measureRounds(stage, contenders, lone, options);
  const manyResults = await measureRounds(stage, contenders, many, options);
  const loneOf = (contender: Contender) => firstOf(loneResults.find((found) => found.contender === contender));
  return [loneResults, manyResults].map((all) => all.map((found) => summarise(found, loneOf(found.contender))));
}

async function measureGrowth(stage: Stage, growthSteps: readonly number[]): Promise<readonly LoadSummaries[]> {
  const growth: LoadSummaries[] = [];
  for (const steps of growthSteps) {
    const results = await measureRounds(stage, contenders, { workflows: 1, steps }, { rounds: 1, discardedRounds: 0 });
    growth.push(results.map((found) => summarise(found, firstOf(found))));
  }
  return growth;
}

/** This dispatcher with larger results: the counts that its budgets speak of, so once is enough. */
async function measureSizes(stage: Stage): Promise<LoadSummaries> {
  const ours = contenders.filter(({ isOurs }) => isOurs);
  const sizes: LoadSummaries[] = [];
  for (const resultBytes of budgetedResultBytes) {
    const results = await measureRounds(stage, ours, { ...lone, resultBytes }, { rounds: 1, discardedRounds: 0 });
    sizes.push(results.map((found) => summarise(found, firstOf(found))));
  }
  return sizes.flat();
}

function exponentOf(name: string, growth: readonly LoadSummaries[]): number {
  const summaries = growth.flat().filter((summary) => summary.name === name);
  return fitExponent(summaries.map(({ load, perStep }) => ({ x: load.steps, y: perStep.bytesWritten * load.steps })));
}

function firstOf(found: ContenderResults | undefined): LoadResult {
  const first = found?.results[0];
  if (first === undefined) throw new TypeError("A contender has no result");
  return first;
}

function lineOf({ title, isKept, measured }: Budget): string {
  return `Expected: ${title}.\n  ${isKept ? "It holds" : "IT DOES NOT HOLD"}: ${measured}`;
}

function writeJson(file: string, results: object): void {
  const machine = { node: process.version, cores: availableParallelism(), arch: process.arch };
  writeFileSync(
    file,
    `${JSON.stringify({ schemaVersion: 1, date: new Date().toISOString(), machine, ...results }, null, 2)}\n`,
  );
}
