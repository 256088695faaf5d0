import { inspect } from "node:util";
import { fuzzTargets } from "../test/fuzz/fuzz-targets.ts";
import { type FuzzReport, runFuzz } from "../test/fuzz/run-fuzz.ts";
import { type FuzzOptions, fuzzUsage, parseFuzzOptions } from "./fuzz-options.ts";

const maxInputShown = 4_000;

process.exitCode = await main(process.argv.slice(2));

/** Fuzzes the contracts one after the other; the exit code is 1 when an input did harm, 2 for a wrong command line. */
async function main(args: readonly string[]): Promise<0 | 1 | 2> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  console.log(`Fuzzing with seed ${options.seed}: at least ${inNumbers(options.events)} events per contract.`);
  const harmed: string[] = [];
  for (const target of fuzzTargets) {
    if (options.contracts.length > 0 && !options.contracts.includes(target.name)) continue;
    const report = await runFuzz(target, options);
    console.log(lineOf(target.name, report));
    if (report.failure === undefined) continue;
    harmed.push(target.name);
    const { seed, input, error } = report.failure;
    console.log(`  input: ${input.length > maxInputShown ? `${input.slice(0, maxInputShown)}…` : input}`);
    console.log(`  ${inspect(error)}`);
    console.log(`  again: npm run fuzz -- --contract ${target.name} --seed ${seed} --events ${options.events}`);
  }
  console.log(harmed.length === 0 ? "Nothing did harm." : `Harmed: ${harmed.join(", ")}.`);
  return harmed.length === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): FuzzOptions | undefined {
  const names = fuzzTargets.map(({ name }) => name);
  try {
    return parseFuzzOptions(args, names, () => Math.floor(Math.random() * 2 ** 31));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${fuzzUsage}`);
    return undefined;
  }
}

/** The slowest event beside the median, and its size, say whether any input takes more than its share. */
function lineOf(name: string, report: FuzzReport): string {
  const { events, accepted, seconds, medianMs, slowest, failure } = report;
  return [
    name.padEnd(21),
    `${inNumbers(events)} events`.padStart(17),
    `${inNumbers(Math.round(events / seconds))}/s`.padStart(10),
    `${((100 * accepted) / Math.max(events, 1)).toFixed(0)} % accepted`.padStart(13),
    `median ${medianMs.toFixed(3)} ms`.padStart(17),
    `slowest ${slowest.elapsedMs.toFixed(1)} ms (${inNumbers(slowest.inputLength)} characters)`,
    failure === undefined ? "ok" : "HARMED",
  ].join("  ");
}

function inNumbers(count: number): string {
  return count.toLocaleString("en");
}
