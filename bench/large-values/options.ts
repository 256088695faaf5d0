import { parseArgs } from "node:util";
import { type Scenario, scenarios } from "./scenario.ts";

/** What `npm run bench:large` was told. */
export interface LargeValueOptions {
  readonly scenarios: readonly Scenario[];
  /** Where the results are written as JSON too. */
  readonly jsonFile?: string;
}

/** What the command line takes. */
export const usage = "npm run bench:large -- [--scenario NAME] [--json FILE]";

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): LargeValueOptions {
  const { scenario: name, json } = readValues(args);
  const chosen = name === undefined ? scenarios : scenarios.filter((scenario) => scenario.name === name);
  if (chosen.length === 0) {
    const names = scenarios.map((scenario) => scenario.name).join(", ");
    throw new TypeError(`--scenario takes one of ${names}. ${usage}`);
  }
  return { scenarios: chosen, ...(json !== undefined && { jsonFile: json }) };
}

function readValues(args: readonly string[]) {
  const options = { scenario: { type: "string" }, json: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new TypeError(`${cause instanceof Error ? cause.message : cause}. ${usage}`, { cause });
  }
}
