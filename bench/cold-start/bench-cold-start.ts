import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Spread } from "../statistics.ts";
import { bundleStarts } from "./bundle-starts.ts";
import { type Measured, measureStarts } from "./measure-starts.ts";

// How long the bundles take to load, to the two AWS clients alone: `npm run bench:cold`.
const rounds = 20;
const goal = 1.25;

const directory = await mkdtemp(join(tmpdir(), "bench-cold-start-"));
try {
  const starts = await bundleStarts(directory);
  console.log(
    `Refluxo dispatcher, cold starts: Node ${process.version}, ${availableParallelism()} cores, ${process.arch}`,
  );
  console.log(`Medians of ${rounds} interleaved process starts, with the least and the greatest; ratios of a round\n`);
  console.log(
    "| bundle | kB at start | CPU ms | to the clients | ms | to the clients |\n|---|---:|---:|---:|---:|---:|",
  );
  const measured = await measureStarts(starts, rounds);
  for (const [index, { name, cpu, duration }] of measured.entries()) {
    const kilobytes = ((starts[index]?.bytesAtStart ?? 0) / 1000).toFixed(0);
    console.log(`| ${name} | ${kilobytes} | ${cells(cpu)} | ${cells(duration)} |`);
  }
  console.log(`\nThe goal is a ratio of ${goal}.`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function cells({ ms, ratio }: Measured): string {
  return `${describe(ms, 0)} | ${describe(ratio, 2)}`;
}

function describe({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
