import { type LimitedRun, type Measurement, problemOf } from "./measure-scenario.ts";
import type { Run } from "./run-in-worker.ts";
import { paceOf } from "./step-pace.ts";

const none = "–";
const s3Prefix = "S3 ";

/** All measurements as a table, what became of each memory size, the pace of long workflows, and what went wrong. */
export function reportMeasurements(measurements: readonly Measurement[], memoryMegabytes: number): string {
  const baseline = measurements.find(({ scenario }) => scenario.name === "baseline")?.free.peakMebibytes;
  const head = [
    "scenario",
    "steps",
    "seconds",
    "peak, MiB",
    "above baseline",
    `with ${memoryMegabytes} MB`,
    "suffices, MB",
    "S3 requests",
    "other calls/step",
    "read units/step",
  ];
  return [
    renderTable([head, ...measurements.map((measurement) => rowOf(measurement, baseline))]),
    ...measurements.flatMap(paceLines),
    ...measurements.flatMap(problemLines),
  ].join("\n");
}

/** One run as a line of progress. */
export function describeRun(name: string, heapMegabytes: number | undefined, run: Run): string {
  const limit = heapMegabytes === undefined ? "no limit" : `heap of ${heapMegabytes} MB`;
  const end = run.problem ?? `${(run.durationMs / 1000).toFixed(1)} s, peak ${mebibytes(run.peakMebibytes)} MiB`;
  return `${name}, ${limit}: ${end}`;
}

function rowOf({ scenario, free, limited }: Measurement, baseline: number | undefined): readonly string[] {
  const { peakMebibytes } = free;
  const above = peakMebibytes === undefined || baseline === undefined ? undefined : peakMebibytes - baseline;
  const sufficient = limited.find(({ isWithin }) => isWithin);
  return [
    `${scenario.name}: ${scenario.title}`,
    String(scenario.steps),
    (free.durationMs / 1000).toFixed(1),
    mebibytes(peakMebibytes),
    mebibytes(above),
    describeLimited(limited[0]),
    sufficient === undefined ? none : String(sufficient.memoryMegabytes),
    String(countCalls(free, (operation) => operation.startsWith(s3Prefix))),
    (countCalls(free, (operation) => !operation.startsWith(s3Prefix)) / scenario.steps).toFixed(2),
    (free.readUnits / scenario.steps).toFixed(2),
  ];
}

function describeLimited(run: LimitedRun | undefined): string {
  if (run === undefined) return none;
  if (run.problem !== undefined) return "fails";
  return `${run.isWithin ? "fits" : "EXCEEDS"}: ${mebibytes(run.peakMebibytes)} MiB`;
}

function paceLines({ scenario, free }: Measurement): readonly string[] {
  const pace = paceOf(free.runsAtMs);
  if (pace === undefined) return [];
  const { firstTenthMs, lastTenthMs, ratio } = pace;
  return [
    `${scenario.name}: a step of the first tenth takes ${firstTenthMs.toFixed(2)} ms, of the last tenth ` +
      `${lastTenthMs.toFixed(2)} ms (medians): ratio ${ratio.toFixed(2)}`,
  ];
}

function problemLines(measurement: Measurement): readonly string[] {
  const { scenario, limited } = measurement;
  const problem = problemOf(measurement);
  return [
    ...limited.flatMap(({ memoryMegabytes, problem: found }) =>
      found === undefined ? [] : [`${scenario.name} with ${memoryMegabytes} MB: ${found}`],
    ),
    ...(problem === undefined ? [] : [`${scenario.name} DOES NOT END AS EXPECTED: ${problem}`]),
  ];
}

function countCalls({ calls }: Run, isCounted: (operation: string) => boolean): number {
  return Object.entries(calls).reduce((sum, [operation, count]) => sum + (isCounted(operation) ? count : 0), 0);
}

function mebibytes(value: number | undefined): string {
  return value === undefined ? none : value.toFixed(0);
}

/** A table that reads well on a terminal and as Markdown. */
function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const [head = [], ...others] = rows;
  return [line(head), line(rule), ...others.map(line), ""].join("\n");
}
