import type { LatencyResult, WorkflowLatency } from "./measure-latency.ts";
import type { WakeTimes } from "./measure-wake.ts";
import { percentile } from "./percentile.ts";

/** What one load took in one setting. */
export interface SettingResult extends LatencyResult {
  readonly stepsPerInvocation: number;
}

/** How long workflows took, a row for each load and setting. */
export function reportLatencies(results: readonly SettingResult[]): string {
  const rows = results.map(({ load, stepsPerInvocation, latencies, durationMs, cpuMs }) => {
    const times = (pick: (latency: WorkflowLatency) => number) => latencies.map(pick);
    const rate = (latencies.length / durationMs) * 1_000;
    return [
      `${load.concurrency} at a time, ${load.workflows} in all`,
      stepsPerInvocation,
      both(times(({ completedMs }) => completedMs)),
      both(times(({ returnedMs }) => returnedMs)),
      rate.toFixed(1),
      (cpuMs / latencies.length).toFixed(0),
    ].join(" | ");
  });
  return table(
    "| workflows of 10 steps | steps per invocation | completed, p50 | p99 | last invocation returned, p50 | p99 | workflows per second | CPU per workflow |",
    rows,
  );
}

/** Where the time until completion went, a row for each load and setting. */
export function reportParts(results: readonly SettingResult[]): string {
  const rows = results.map(({ load, stepsPerInvocation, latencies }) => {
    const times = (pick: (latency: WorkflowLatency) => number) => latencies.map(pick);
    return [
      `${load.concurrency} at a time`,
      stepsPerInvocation,
      both(times(({ requestMs }) => requestMs)),
      both(times(({ invokedMs }) => invokedMs)),
      both(times(({ queuedMs }) => queuedMs)),
    ].join(" | ");
  });
  return table(
    "| of the time until completion | steps per invocation | start request, p50 | p99 | in an invocation, p50 | p99 | in the queue, p50 | p99 |",
    rows,
  );
}

/** How long a message waits in an idle queue. */
export function reportWake({ poller, longPoll }: WakeTimes): string {
  const row = (title: string, waits: readonly number[]) => `${title} | ${both(waits)}`;
  return table("| a message in an idle queue | p50 | p99 |", [
    row("until a long poll that waits has it", longPoll),
    row("until the local poller calls the function with it", poller),
  ]);
}

function both(values: readonly number[]): string {
  return [50, 99].map((percent) => percentile(values, percent).toFixed(1)).join(" | ");
}

function table(head: string, rows: readonly string[]): string {
  const columns = head.split("|").length - 2;
  return [head, `|---|${"---:|".repeat(columns - 1)}`, ...rows.map((row) => `| ${row} |`)].join("\n");
}
