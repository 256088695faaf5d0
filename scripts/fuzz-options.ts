import { parseArgs } from "node:util";

/** What `npm run fuzz` was told. */
export interface FuzzOptions {
  /** At least so many events of each contract. */
  readonly events: number;
  readonly seed: number;
  /** The contracts by name; all of them when empty. */
  readonly contracts: readonly string[];
}

/** What the command line takes. */
export const fuzzUsage = "npm run fuzz -- [--events N] [--seed S] [--contract NAME]...";

const defaultEvents = 1_000_000;

/** Reads the command line; `randomSeed` is taken when it names none. Throws a `TypeError` for what is wrong with it. */
export function parseFuzzOptions(
  args: readonly string[],
  known: readonly string[],
  randomSeed: () => number,
): FuzzOptions {
  const options = {
    events: { type: "string" },
    seed: { type: "string" },
    contract: { type: "string", multiple: true },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const contracts = values.contract ?? [];
  const unknown = contracts.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`There is no contract ${unknown}; there are ${known.join(", ")}`);
  const events = values.events === undefined ? defaultEvents : Number(values.events);
  if (!Number.isSafeInteger(events) || events < 1) throw new TypeError("--events takes a whole number from 1");
  const seed = values.seed === undefined ? randomSeed() : Number(values.seed);
  if ((seed | 0) !== seed || seed < 0) throw new TypeError("--seed takes a whole number from 0 to 2147483647");
  return { events, seed, contracts };
}
