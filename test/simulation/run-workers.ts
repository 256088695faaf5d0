import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Coverage } from "./faults.ts";
import type { SimulateOptions, SimulateReport } from "./simulate.ts";
import type { WorkerReport, WorkerTask } from "./worker.ts";

const script = fileURLToPath(new URL("worker.ts", import.meta.url));

/** A schedule makes much garbage and keeps nothing: a large young generation lets it die there. */
const flags = ["--max-semi-space-size=32", "--no-allocation-site-pretenuring"];

/**
 * Runs schedules in child processes, each of which takes every n-th seed. When one finds a violation all stop; the
 * lowest seed that failed is reported. Rejects when a worker ends without a report.
 */
export async function runWorkers(
  options: SimulateOptions,
  { workers, mutant }: { readonly workers: number; readonly mutant?: string | undefined },
): Promise<SimulateReport> {
  const children: ChildProcess[] = [];
  const reports = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const child = fork(script, { execArgv: flags });
      children.push(child);
      const { seed, seeds } = options;
      const share = { seed: seed + index, seeds: Math.ceil((seeds - index) / workers), stride: workers };
      const report = await reportOf(child, { options: { ...options, ...share }, mutant });
      children.splice(children.indexOf(child), 1);
      if (report.failure !== undefined) for (const other of children) other.send("stop");
      return report;
    }),
  );
  const coverage = new Coverage();
  for (const report of reports) coverage.add(report.coverage);
  const failures = reports.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const failure = failures.toSorted((a, b) => a.seed - b.seed)[0];
  return {
    schedules: reports.reduce((sum, { schedules }) => sum + schedules, 0),
    cpuSeconds: reports.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    seconds: Math.max(...reports.map(({ seconds }) => seconds)),
    coverage,
    ...(failure && { failure }),
  };
}

function reportOf(child: ChildProcess, task: WorkerTask): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    child.once("message", (report: WorkerReport) => resolve(report));
    child.once("exit", (code, signal) => reject(new Error(`A worker ended without a report: ${signal ?? code}`)));
    child.send(task);
  });
}
