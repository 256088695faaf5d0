import { parseArgs } from "node:util";
import type { LambdaTime } from "./usage.ts";

/** What `npm run cost` was told. */
export interface CostOptions {
  readonly time: Omit<LambdaTime, "memoryMegabytes"> & Partial<LambdaTime>;
  /** Where the results are written as JSON too. */
  readonly jsonFile?: string;
}

/** What the command line takes. */
export const usage = "npm run cost -- [--dynamodb-ms N] [--sqs-ms N] [--compute-ms N] [--memory-mb N] [--json FILE]";

/** How long requests are taken to last where nobody says otherwise. */
export const defaultTime = { dynamodbMs: 5, sqsMs: 10, computeMs: 5 } as const;

/** Reads the command line; throws with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): CostOptions {
  const values = readValues(args);
  const memory = values["memory-mb"];
  return {
    time: {
      dynamodbMs: readNumber(values["dynamodb-ms"], defaultTime.dynamodbMs),
      sqsMs: readNumber(values["sqs-ms"], defaultTime.sqsMs),
      computeMs: readNumber(values["compute-ms"], defaultTime.computeMs),
      ...(memory !== undefined && { memoryMegabytes: readNumber(memory, 0) }),
    },
    ...(values.json !== undefined && { jsonFile: values.json }),
  };
}

function readNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < 0) throw new TypeError(`${text} is no number. ${usage}`);
  return value;
}

function readValues(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { "dynamodb-ms": text, "sqs-ms": text, "compute-ms": text, "memory-mb": text, json: text };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new TypeError(`${cause instanceof Error ? cause.message : cause}. ${usage}`, { cause });
  }
}
