import type { LimitedRun } from "../large-values/measure-scenario.ts";
import type { Rung } from "./climb.ts";
import { type Growth, type StepSample, tolerance } from "./growth.ts";

/** A long workflow in one setting. */
export interface LongResult {
  readonly steps: number;
  readonly stepsPerInvocation: number;
  readonly limits: string;
  readonly run: LimitedRun;
}

/** A ladder with one kind of limits. */
export interface LadderResult {
  readonly title: string;
  readonly limits: string;
  readonly rungs: readonly Rung[];
}

/** Many steps of one process in one setting. */
export interface ResidentResult {
  readonly stepsPerInvocation: number;
  readonly samples: readonly StepSample[];
  readonly growth: Growth;
}

/** Whether long workflows end within the memory. */
export function reportLong(results: readonly LongResult[], memoryMegabytes: number): string {
  return table(
    [`${memoryMegabytes} MB`, "steps", "steps per invocation", "peak, MiB", "ends within", "seconds"],
    results.map(({ limits, steps, stepsPerInvocation, run }) => [
      limits,
      String(steps),
      String(stepsPerInvocation),
      run.peakMebibytes?.toFixed(0) ?? "–",
      run.isWithin ? "yes" : `no: ${run.problem ?? "more memory"}`,
      (run.durationMs / 1_000).toFixed(0),
    ]),
  );
}

/** The peak of every size that was tried, and which is the largest that fits. */
export function reportLadders(
  results: readonly LadderResult[],
  sizes: readonly number[],
  memoryMegabytes: number,
): string {
  return table(
    [`${memoryMegabytes} MB: peak, MiB`, "limits", ...sizes.map((size) => `${size} MiB`), "largest"],
    results.map(({ title, limits, rungs }) => [
      title,
      limits,
      ...sizes.map((size) => describeRung(rungs.find(({ mebibytes }) => mebibytes === size))),
      largestOf(rungs),
    ]),
  );
}

/** What a process had after so many steps, and how it grew. */
export function reportResident({ stepsPerInvocation, samples, growth }: ResidentResult): string {
  const { fromSteps, toSteps } = growth;
  const rows = samples.map(({ steps, residentMebibytes, heapTakenMebibytes, heapMebibytes }) => [
    String(steps),
    residentMebibytes.toFixed(1),
    heapTakenMebibytes.toFixed(1),
    heapMebibytes.toFixed(2),
  ]);
  const verdict = growth.isTooMuch ? "GROWS" : "does not grow";
  return [
    table([`steps, ${stepsPerInvocation} per invocation`, "resident, MiB", "V8's heap, MiB", "alive on it, MiB"], rows),
    "",
    `From ${fromSteps} to ${toSteps} steps: resident ${signed(growth.residentMebibytes)} MiB ` +
      `(${signed(growth.residentBytesPerStep)} bytes per step), heap ${signed(growth.heapMebibytes)} MiB ` +
      `(${signed(growth.heapBytesPerStep)} bytes per step): ${verdict} ` +
      `(tolerance ${tolerance.residentMebibytes} and ${tolerance.heapMebibytes} MiB)`,
  ].join("\n");
}

function describeRung(rung: Rung | undefined): string {
  if (rung === undefined) return "–";
  const { problem, peakMebibytes = 0, isWithin } = rung.run;
  if (problem !== undefined) return "fails";
  return isWithin ? peakMebibytes.toFixed(0) : `**${peakMebibytes.toFixed(0)}**`;
}

function largestOf(rungs: readonly Rung[]): string {
  const largest = rungs.findLast(({ run }) => run.isWithin);
  return largest === undefined ? "none" : `${largest.mebibytes} MiB`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"---:|".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}
