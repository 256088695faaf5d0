import { parseArgs } from "node:util";
import * as v from "valibot";
import { sizesMebibytes } from "./climb.ts";

const parts = ["long", "largest", "resident"] as const;

/** What `npm run bench:memory` was told. */
export interface MemoryOptions {
  /** A long workflow, the largest values, the resident size over many steps. */
  readonly parts: readonly (typeof parts)[number][];
  readonly longSteps: number;
  readonly sizesMebibytes: readonly number[];
  readonly residentSteps: number;
  /** After how many of them the process must not grow any more: its caches are full then. */
  readonly steadyFrom: number;
  /** The settings of `StepsPerInvocation`. */
  readonly stepsPerInvocation: readonly number[];
  /** Where the results are written as JSON too. */
  readonly jsonFile?: string;
}

/** What the command line takes. */
export const usage =
  "npm run bench:memory -- [--quick] [--part long|largest|resident] [--steps-per-invocation N] [--json FILE]";

const Values = v.object({
  quick: v.optional(v.boolean(), false),
  part: v.optional(v.picklist(parts)),
  "steps-per-invocation": v.optional(
    v.pipe(v.string(), v.transform(Number), v.number(), v.safeInteger(), v.minValue(1), v.maxValue(25)),
  ),
  json: v.optional(v.string()),
});

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): MemoryOptions {
  const { quick: isQuick, part, "steps-per-invocation": steps, json } = readValues(args);
  return {
    parts: part === undefined ? parts : [part],
    longSteps: isQuick ? 1_000 : 10_000,
    sizesMebibytes: isQuick ? [1, 2] : sizesMebibytes,
    residentSteps: isQuick ? 20_000 : 100_000,
    steadyFrom: isQuick ? 16_000 : 20_000,
    stepsPerInvocation: steps === undefined ? [1, 10] : [steps],
    ...(json !== undefined && { jsonFile: json }),
  };
}

function readValues(args: readonly string[]): v.InferOutput<typeof Values> {
  const options = {
    quick: { type: "boolean" },
    part: { type: "string" },
    "steps-per-invocation": { type: "string" },
    json: { type: "string" },
  } as const;
  try {
    return v.parse(Values, parseArgs({ args: [...args], options }).values);
  } catch (cause) {
    throw new TypeError(`${cause instanceof Error ? cause.message : cause}. ${usage}`, { cause });
  }
}
