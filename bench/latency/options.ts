import { parseArgs } from "node:util";
import type { LatencyLoad } from "./measure-latency.ts";

/** What `npm run bench:latency` was told. */
export interface LatencyOptions {
  readonly loads: readonly LatencyLoad[];
  /** Workflows before the measured ones, in which the code gets warm. */
  readonly warmUp: LatencyLoad;
  /** Messages by which the poller is measured alone. */
  readonly messages: number;
  /** Where the results are written as JSON too. */
  readonly jsonFile?: string;
}

/** What the command line takes. */
export const usage = "npm run bench:latency -- [--quick] [--json FILE]";

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): LatencyOptions {
  const { quick: isQuick = false, json } = readValues(args);
  const share = isQuick ? 10 : 1;
  return {
    loads: [
      { workflows: 500 / share, concurrency: 1 },
      { workflows: 1_000 / share, concurrency: 50 },
    ],
    warmUp: { workflows: 200 / share, concurrency: 10 },
    messages: 500 / share,
    ...(json !== undefined && { jsonFile: json }),
  };
}

function readValues(args: readonly string[]) {
  const options = { quick: { type: "boolean" }, json: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new TypeError(`${cause instanceof Error ? cause.message : cause}. ${usage}`, { cause });
  }
}
