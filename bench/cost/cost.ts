import { writeFileSync } from "node:fs";
import type { Contender } from "../contender.ts";
import { type Stage, startStage } from "../stage.ts";
import { checkGoals } from "./cost-goals.ts";
import { type CostOptions, parseOptions } from "./cost-options.ts";
import {
  type ContextSize,
  type CostRow,
  contextSizes,
  costContenders,
  largeOfFew,
  measureLife,
  measureSteps,
  type Situation,
  situations,
} from "./measure-cost.ts";
import { pricedOn, prices, region } from "./prices.ts";
import { reportAssumptions, reportCosts, reportGoals, reportPrices } from "./report-cost.ts";
import type { LambdaTime } from "./usage.ts";

process.exitCode = await main(parseOptions(process.argv.slice(2)));

/** Measures and prices everything; returns the exit code: 1 when a goal is missed that is known to hold. */
async function main({ time: given, jsonFile }: CostOptions): Promise<number> {
  console.log(reportPrices());
  const stage = await startStage();
  try {
    const time = { memoryMegabytes: stage.spec.memoryMegabytes, ...given };
    console.log(reportAssumptions(time));
    const steps = await measureAll(stage, time);
    console.log(reportCosts("Dollars per million steps, at a context of some size:", steps));
    const lives = await measureLives(stage, time);
    console.log(reportCosts("The same over the whole life of a lone workflow whose context grows to that:", lives));
    const goals = checkGoals(steps);
    console.log(reportGoals(goals));
    if (jsonFile !== undefined) {
      const results = { schemaVersion: 1, pricedOn, region, prices, time, steps, lives };
      writeFileSync(jsonFile, `${JSON.stringify(results, null, 2)}\n`);
    }
    return goals.every(({ isExpected }) => isExpected) ? 0 : 1;
  } finally {
    await stage.stop();
  }
}

async function measureAll(stage: Stage, time: LambdaTime): Promise<readonly CostRow[]> {
  const rows: CostRow[] = [];
  for (const size of Object.values(contextSizes)) {
    for (const situation of Object.values(situations)) {
      for (const contender of Object.values(costContenders)) {
        if (!isMeasured(size, situation, contender)) continue;
        const isLong = size === contextSizes.large && situation.workflows > 1;
        const row = await measureSteps(stage, contender, isLong ? largeOfFew : size, situation, time);
        console.error(`${row.kilobytes} KB, ${row.situation}, ${row.name}: ${row.bill.total.toFixed(2)}`);
        rows.push(row);
      }
    }
  }
  return rows;
}

/**
 * Containers matter only where messages carry their workflow no more. The baselines are measured at once at the small size
 * alone: beyond, nearly all of their cost is what they write, and 50 of them take minutes to write it.
 */
function isMeasured({ kilobytes }: ContextSize, { workflows, containers }: Situation, { isOurs }: Contender): boolean {
  if (containers > 1) return isOurs && kilobytes === contextSizes.large.kilobytes;
  return isOurs || workflows === 1 || kilobytes === contextSizes.small.kilobytes;
}

async function measureLives(stage: Stage, time: LambdaTime): Promise<readonly CostRow[]> {
  const rows: CostRow[] = [];
  for (const { kilobytes } of Object.values(contextSizes)) {
    for (const contender of Object.values(costContenders)) {
      rows.push(await measureLife(stage, contender, kilobytes, time));
    }
  }
  return rows;
}
