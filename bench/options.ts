import { parseArgs } from "node:util";

/** What `npm run bench` was told. */
export interface BenchOptions {
  /** Counted rounds; each runs every load through every contender. */
  readonly rounds: number;
  /** Rounds before the counted ones, in which the code gets warm. */
  readonly discardedRounds: number;
  /** Steps of the one workflow whose costs show how they grow, ascending. */
  readonly growthSteps: readonly number[];
  /** Where the results are written as JSON too. */
  readonly jsonFile?: string;
}

/** What the command line takes. */
export const usage = "npm run bench -- [--quick] [--rounds N] [--json FILE]";

const defaultRounds = 7;

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = readValues(args);
  const isQuick = values.quick ?? false;
  const rounds = values.rounds === undefined ? (isQuick ? 1 : defaultRounds) : Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds takes a whole number from 1. ${usage}`);
  return {
    rounds,
    discardedRounds: isQuick ? 0 : 1,
    growthSteps: isQuick ? [10, 100] : [10, 100, 1000],
    ...(values.json !== undefined && { jsonFile: values.json }),
  };
}

function readValues(args: readonly string[]) {
  const options = { quick: { type: "boolean" }, rounds: { type: "string" }, json: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options });
  } catch (cause) {
    throw new TypeError(`${cause instanceof Error ? cause.message : cause}. ${usage}`, { cause });
  }
}
