import { type Spread, spreadOf } from "./statistics.ts";
import type { CostsPerStep, Summary } from "./summarise.ts";

/** This dispatcher and a baseline by one measure. */
export interface Ratio {
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: number;
  /** Of the rounds, where the measure varies from round to round. */
  readonly spread?: Spread;
}

/** One measure of every contender. */
export interface Comparison {
  readonly title: string;
  /** How the values are written. */
  readonly digits: number;
  readonly values: readonly { readonly name: string; readonly value: number; readonly spread?: Spread }[];
  readonly ratios: readonly Ratio[];
  readonly isMoreBetter: boolean;
}

interface Measure {
  readonly title: string;
  readonly digits: number;
  read(summary: Summary): number;
}

const totals: readonly (readonly [keyof CostsPerStep, string, number])[] = [
  ["calls", "AWS calls", 2],
  ["writeUnits", "write units", 2],
  ["readUnits", "read units", 2],
  ["bytesWritten", "bytes written", 0],
];

const measures: readonly Measure[] = totals.flatMap(([name, title, digits]) => [
  { title, digits, read: ({ perStep }) => perStep[name] },
  // Nothing is read once per workflow.
  ...(name === "readUnits"
    ? []
    : [
        {
          title: `${title}, once per workflow apart`,
          digits,
          read: ({ perStepOnly }: Summary) => perStepOnly[name],
        },
      ]),
]);

/** Which are compared with which: this dispatcher, in each of its settings, with every baseline. */
export function pairsOf(
  summaries: readonly Summary[],
): readonly { readonly ours: Summary; readonly baseline: Summary }[] {
  const baselines = summaries.filter(({ isOurs }) => !isOurs);
  return summaries.filter(({ isOurs }) => isOurs).flatMap((ours) => baselines.map((baseline) => ({ ours, baseline })));
}

/** Compares the summaries of one load by every measure. */
export function compare(summaries: readonly Summary[]): readonly Comparison[] {
  const pairs = pairsOf(summaries);
  if (pairs.length === 0) throw new TypeError("There is nothing to compare");
  const costs = measures.map(({ title, digits, read }) => ({
    title,
    digits,
    values: summaries.map((summary) => ({ name: summary.name, value: read(summary) })),
    ratios: pairs.map(({ ours, baseline }) => ({
      ...{ ours: ours.name, baseline: baseline.name },
      ratio: read(ours) / read(baseline),
    })),
    isMoreBetter: false,
  }));
  return [...costs, compareSpeed(summaries)];
}

/** Ratios of speeds are taken within each round, whose runs stood under the same conditions. */
function compareSpeed(summaries: readonly Summary[]): Comparison {
  return {
    title: "steps per second",
    digits: 0,
    values: summaries.map(({ name, stepsPerSecond }) => ({
      name,
      value: stepsPerSecond.median,
      spread: stepsPerSecond,
    })),
    ratios: pairsOf(summaries).map(({ ours, baseline }) => {
      const spread = spreadOf(
        ours.stepsPerSecondByRound.map((speed, round) => speed / (baseline.stepsPerSecondByRound[round] ?? Number.NaN)),
      );
      return { ours: ours.name, baseline: baseline.name, ratio: spread.median, spread };
    }),
    isMoreBetter: true,
  };
}

/** Whether this dispatcher does worse than that baseline, by what is printed. */
export function isWorse({ isMoreBetter }: Comparison, { ratio }: Ratio): boolean {
  const rounded = Number(ratio.toFixed(2));
  return isMoreBetter ? rounded < 1 : rounded > 1;
}
