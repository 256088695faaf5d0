import type { CoverageCounts } from "./faults.ts";
import { mutants } from "./mutants.ts";
import { plantMutant } from "./plant-mutant.ts";
import type { SimulateOptions, SimulateReport } from "./simulate.ts";

/** What a worker is told to run. */
export interface WorkerTask {
  readonly options: SimulateOptions;
  /** The name of a mutant to plant. */
  readonly mutant?: string | undefined;
}

/** What a worker found. */
export type WorkerReport = Omit<SimulateReport, "coverage"> & { readonly coverage: CoverageCounts };

let isStopped = false;

async function work({ options, mutant: name }: WorkerTask): Promise<void> {
  // What the processes throw is part of every schedule; nobody reads its stacks.
  Error.stackTraceLimit = 0;
  // Powertools reads the environment at every step; each read of the real one leaves V8.
  process.env = { ...process.env };
  const mutant = mutants.find((candidate) => candidate.name === name);
  if (mutant !== undefined) {
    plantMutant(mutant);
    // Some mutants do not wait for what they begin; their worlds are to show that, not this process.
    process.on("unhandledRejection", () => undefined);
  }
  // Loaded only now, so that a mutant changes what it loads.
  const { simulate } = await import("./simulate.ts");
  const { coverage, ...report } = await simulate({ ...options, isStopped: () => isStopped });
  process.send?.({ ...report, coverage: coverage.counts } satisfies WorkerReport, () => process.disconnect());
}

// Nobody waits for the report of a worker whose parent is gone.
process.on("disconnect", () => process.exit());

process.on("message", (message: WorkerTask | "stop") => {
  if (message === "stop") isStopped = true;
  else
    work(message).catch((error: unknown) => {
      // A mutant whose rule has moved, for one: nothing was simulated.
      console.error(error);
      process.exit(1);
    });
});
