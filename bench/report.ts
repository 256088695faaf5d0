import type { Calls } from "./call-recorder.ts";
import { type Comparison, compare, isWorse, pairsOf, type Ratio } from "./comparison.ts";
import type { Spread } from "./statistics.ts";
import type { Summary } from "./summarise.ts";

/** The summaries of one load, this dispatcher's first. */
export type LoadSummaries = readonly Summary[];

/** The comparison of one load, and the calls behind it. */
export function reportLoad(summaries: LoadSummaries): string {
  const title = titleOf(summaries);
  return [
    `${title}, per step:`,
    renderTable([headOf("", summaries), ...compare(summaries).map(rowOf)]),
    "AWS calls of the function by operation, per step:",
    ...summaries.flatMap(callLines),
    "",
  ].join("\n");
}

/** How one workflow's costs grow with its number of steps, and the exponents of all bytes that it wrote. */
export function reportGrowth(
  growth: readonly LoadSummaries[],
  exponents: readonly { readonly name: string; readonly exponent: number }[],
): string {
  const [first = []] = growth;
  const comparisons = growth.map((summaries) => ({ steps: summaries[0]?.load.steps, rows: compare(summaries) }));
  const rows = (comparisons[0]?.rows ?? []).flatMap((_, measure) =>
    comparisons.flatMap(({ steps, rows: found }) => {
      const comparison = found[measure];
      return comparison === undefined ? [] : [rowOf({ ...comparison, title: `${comparison.title}, ${steps} steps` })];
    }),
  );
  return [
    "One workflow that grows, per step (one run each):",
    renderTable([headOf("", first), ...rows]),
    `Exponent k in: bytes written in all = c · stepsᵏ — ${exponents
      .map(({ name, exponent }) => `${name} ${exponent.toFixed(2)}`)
      .join(", ")}`,
    "",
  ].join("\n");
}

/** Every measure by which this dispatcher does worse than a baseline. */
export function reportWorse(loads: readonly LoadSummaries[]): string {
  const lines = loads.flatMap((summaries) =>
    compare(summaries).flatMap((comparison) => {
      const worse = comparison.ratios.filter((ratio) => isWorse(comparison, ratio));
      if (worse.length === 0) return [];
      const against = worse.map(({ ours, baseline, ratio }) => `${ours} ${ratio.toFixed(2)} of ${baseline}`).join(", ");
      return [`- ${titleOf(summaries)}, ${comparison.title}: ${against}`];
    }),
  );
  return ["Where this dispatcher does worse than a baseline:", ...(lines.length > 0 ? lines : ["- nowhere"]), ""].join(
    "\n",
  );
}

function titleOf([summary]: LoadSummaries): string {
  if (summary === undefined) return "";
  const { workflows, steps } = summary.load;
  return workflows === 1 ? `1 workflow of ${steps} steps` : `${workflows} workflows of ${steps} steps at once`;
}

function headOf(corner: string, summaries: LoadSummaries): readonly string[] {
  const ratios = pairsOf(summaries).map(({ ours, baseline }) => `${ours.name}/${baseline.name}`);
  return [corner, ...summaries.map(({ name }) => name), ...ratios];
}

function rowOf({ title, digits, values, ratios }: Comparison): readonly string[] {
  return [
    title,
    ...values.map(({ value, spread }) => withSpread(value, spread, digits)),
    ...ratios.map(({ ratio, spread }: Ratio) => withSpread(ratio, spread, 2)),
  ];
}

function withSpread(value: number, spread: Spread | undefined, digits: number): string {
  const text = value.toFixed(digits);
  return spread === undefined || spread.min === spread.max
    ? text
    : `${text} (${spread.min.toFixed(digits)}–${spread.max.toFixed(digits)})`;
}

function callLines(summary: Summary): readonly string[] {
  const { name, callsPerStep, callsPerWorkflow, callsOfFirstWorkflow, pollerCallsPerStep } = summary;
  const hasOnce = Object.keys(callsPerWorkflow).length > 0;
  return [
    `- ${name}: ${listCalls(callsPerStep)}`,
    ...(hasOnce
      ? [
          `  once per workflow: ${listCalls(callsPerWorkflow)} (a container's first: ${listCalls(callsOfFirstWorkflow)})`,
        ]
      : []),
    `  apart, the poller: ${listCalls(pollerCallsPerStep)}`,
  ];
}

function listCalls(calls: Calls): string {
  return Object.entries(calls)
    .map(([operation, count]) => `${operation} ${count.toFixed(2)}`)
    .join(", ");
}

/** A table that reads well on a terminal and as Markdown. */
export function renderTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return ["", line(head), line(rule), ...rows.map(line), ""].join("\n");
}
