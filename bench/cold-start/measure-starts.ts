import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import { type Spread, spreadOf } from "../statistics.ts";

/** A module whose loading is measured, and what its process is started with. */
export interface Start {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a module took to load, ms, and its ratio to the first module in the same round. */
export interface MeasuredStart {
  readonly name: string;
  readonly cpu: Measured;
  readonly duration: Measured;
}

/** Milliseconds, and their ratios to another's. */
export interface Measured {
  readonly ms: Spread;
  readonly ratio: Spread;
}

type Sample = v.InferOutput<typeof Sample>;
const Sample = v.object({ cpuMs: v.number(), durationMs: v.number() });

/** From the import to the last module's end; the process with its own modules is there by then, as it is on Lambda. */
const program = `
const cpu = process.cpuUsage();
const begin = performance.now();
await import(process.argv[1]);
const durationMs = performance.now() - begin;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, durationMs }));
process.exit(0);
`;

const run = promisify(execFile);

/**
 * Starts a process for every module in every round, one after the other, each round from another module on. Ratios are to
 * the first module. Rejects when a module does not load.
 */
export async function measureStarts(starts: readonly Start[], rounds: number): Promise<readonly MeasuredStart[]> {
  const samples = starts.map((): Sample[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < starts.length; turn++) {
      const index = (round + turn) % starts.length;
      const start = starts[index];
      if (start !== undefined) samples[index]?.push(await measureOne(start));
    }
  }
  return starts.map(({ name }, index) => {
    const measured = (pick: (sample: Sample) => number): Measured => {
      const own = (samples[index] ?? []).map(pick);
      const first = (samples[0] ?? []).map(pick);
      return { ms: spreadOf(own), ratio: spreadOf(own.map((ms, round) => ms / (first[round] ?? Number.NaN))) };
    };
    return { name, cpu: measured(({ cpuMs }) => cpuMs), duration: measured(({ durationMs }) => durationMs) };
  });
}

async function measureOne({ file, environment }: Start): Promise<Sample> {
  const args = ["--input-type=module", "--eval", program, pathToFileURL(file).href];
  const { stdout } = await run(process.execPath, args, { env: { ...environment } });
  // A module may print a line of its own.
  return v.parse(Sample, JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}
