import { SQSClient } from "@aws-sdk/client-sqs";
import { bulkService } from "../client-limits.ts";
import { DeadLetterQueue, defaultGatherLimits, type GatherLimits } from "../dead-letter-queue.ts";
import type { EntryFailure } from "../in-batches.ts";
import { listDeadLetters, type RedriveReport, redrive } from "../redrive.ts";
import { describeDeadLetter } from "./describe-dead-letter.ts";
import { parseRedriveOptions, type RedriveOptions, redriveUsage } from "./redrive-options.ts";

/** Where the command writes: what was asked for, and what went wrong. */
export interface Output {
  print(line: string): void;
  printError(line: string): void;
}

/** Runs the command line; returns the exit code: 0 done, 1 something failed and was named, 2 misused. */
export async function runRedrive(
  args: readonly string[],
  output: Output,
  limits: GatherLimits = defaultGatherLimits,
): Promise<0 | 1 | 2> {
  const options = readOptions(args, output);
  if (options === undefined) return 2;
  const client = new SQSClient(clientConfig(options));
  const queue = new DeadLetterQueue(client, options.queueUrl, limits);
  try {
    const { command } = options;
    if (command.type === "list") return await list(queue, output);
    const { stepQueueUrl, choice } = command;
    return report(await redrive(queue, { client, stepQueueUrl }, choice), choice === "all", output);
  } catch (error) {
    output.printError(reasonOf(error));
    return 1;
  } finally {
    client.destroy();
  }
}

function readOptions(args: readonly string[], { printError }: Output): RedriveOptions | undefined {
  try {
    return parseRedriveOptions(args);
  } catch (error) {
    printError(`${error instanceof Error ? error.message : error}\n\n${redriveUsage}`);
    return undefined;
  }
}

/** AWS by the caller's own profile, in the region that the queue's URL names; an emulator by its address. */
function clientConfig({ queueUrl, endpoint }: RedriveOptions) {
  if (endpoint !== undefined) {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    return { ...bulkService, endpoint, region: "us-east-1", credentials, useQueueUrlAsEndpoint: false };
  }
  const region = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(new URL(queueUrl).hostname)?.[1];
  return { ...bulkService, ...(region !== undefined && { region }) };
}

async function list(queue: DeadLetterQueue, output: Output): Promise<0 | 1> {
  const { letters, isComplete, failures } = await listDeadLetters(queue);
  for (const letter of letters) output.print(describeDeadLetter(letter));
  output.print(`${countOf(letters.length)}${isComplete ? "" : ", and more that were not looked at"}.`);
  return name(failures, output);
}

function report({ sentIds, missingIds, failures, isComplete }: RedriveReport, isAll: boolean, output: Output): 0 | 1 {
  for (const id of sentIds) output.print(`${id}  sent back`);
  output.print(`Sent back ${countOf(sentIds.length)}.`);
  if (isAll && !isComplete) output.print("There are more: run it again.");
  const missing = missingIds.map((messageId) => {
    const where = isComplete ? "is not in the queue" : "was not found among the letters that were looked at";
    return { messageId, why: `${where}, or someone else holds it just now` };
  });
  return name([...missing, ...failures], output);
}

function name(failures: readonly EntryFailure[], { printError }: Output): 0 | 1 {
  for (const { messageId, why } of failures) printError(`${messageId}  FAILED: ${why}`);
  return failures.length === 0 ? 0 : 1;
}

function countOf(count: number): string {
  return `${count} ${count === 1 ? "dead letter" : "dead letters"}`;
}

/** What went wrong, with its cause, on one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

if (import.meta.main) {
  process.exitCode = await runRedrive(process.argv.slice(2), {
    print: (line) => console.log(line),
    printError: (line) => console.error(line),
  });
}
