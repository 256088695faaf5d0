import { predictLimits } from "./predict.ts";
import { deployments } from "./quotas.ts";
import type { SimulatedCell } from "./run-cells.ts";

/** The loads of a grid as a table. */
export function describeGrid(cells: readonly SimulatedCell[]): readonly string[] {
  return [
    "| deployment | offered/min | completed/min | p50 | p99 | throttled/min | failed records/min | in flight | executions | invocations/s | first limit |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ...cells.map(({ cell, report }) =>
      row([
        cell.deployment,
        count(report.offeredPerMinute),
        count(report.completedPerMinute),
        seconds(report.p50Ms),
        seconds(report.p99Ms),
        count(sumOf(Object.values(report.throttlesPerMinute))),
        count(report.failedRecordsPerMinute),
        count(report.mostInFlight),
        count(report.mostRunning),
        count(report.invocationsPerSecond),
        report.firstLimit ?? "",
      ]),
    ),
  ];
}

/** What the arithmetic says of a deployment, beside what it did below and above that. */
export function describeLimits(cells: readonly SimulatedCell[]): readonly string[] {
  return [
    "| deployment | steps per message | breaks at, by arithmetic | by | offered/min | completed/min | throttled/min | first limit |",
    "|---|---:|---:|---|---:|---:|---:|---|",
    ...cells.map(({ cell, report }) => {
      const [limit] = predictLimits(deployments[cell.deployment], cell.stepsPerInvocation);
      return row([
        cell.deployment,
        String(cell.stepsPerInvocation),
        count(limit?.workflowsPerMinute ?? 0),
        limit?.name ?? "",
        count(report.offeredPerMinute),
        count(report.completedPerMinute),
        count(sumOf(Object.values(report.throttlesPerMinute))),
        report.firstLimit ?? "",
      ]);
    }),
  ];
}

/** What was completed in each minute, a line for each cell. */
export function describeMinutes(cells: readonly SimulatedCell[]): readonly string[] {
  return cells.map(({ cell: { deployment, workflowsPerMinute }, report }) => {
    const minutes = report.completedByMinute.map(count).join(", ");
    const { mostInFlight, swept, sweeperLagMs, unended } = report;
    const rest = `in flight ${count(mostInFlight)}, sent by the sweeper ${count(swept)}, its lag ${seconds(sweeperLagMs)}, not ended ${count(unended)}`;
    return `- ${deployment}, ${count(workflowsPerMinute)} offered: ${minutes} (${rest})`;
  });
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Three digits that count, since a scaled world has no more. */
function count(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-GB", { maximumFractionDigits: 1 });
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "" : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
