import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { mapWithConcurrency } from "../../src/dispatcher/map-with-concurrency.ts";
import type { Cell } from "./cell.ts";
import type { LoadReport } from "./simulate-load.ts";

/** A cell and what it came to. */
export interface SimulatedCell {
  readonly cell: Cell;
  readonly report: LoadReport;
}

/** Simulates cells, each in a process of its own, some at a time; throws when one fails. In their order. */
export function runCells(cells: readonly Cell[], processes: number): Promise<SimulatedCell[]> {
  return mapWithConcurrency(cells, processes, async (cell) => ({ cell, report: await runCell(cell) }));
}

async function runCell(cell: Cell): Promise<LoadReport> {
  const child = fork(fileURLToPath(new URL("run-cell.ts", import.meta.url)));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`A simulation ended with ${code} before it reported`);
  });
  const answered = once(child, "message");
  child.send(cell);
  const [report] = await Promise.race([answered, ended]);
  // What is left of it is its exit.
  ended.catch(() => undefined);
  // The cast is this codec's: `run-cell.ts` alone sends, and sends a report.
  return report as LoadReport;
}
