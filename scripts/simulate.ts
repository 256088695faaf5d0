import { parseArgs } from "node:util";
import { huntMutants } from "../test/simulation/hunt-mutants.ts";
import { mutants } from "../test/simulation/mutants.ts";
import type { Mutant } from "../test/simulation/mutate.ts";
import { plantMutant } from "../test/simulation/plant-mutant.ts";
import { runWorkers } from "../test/simulation/run-workers.ts";
import type { SimulateOptions } from "../test/simulation/simulate.ts";

const usage = `Runs the deterministic simulation (docs/reliability.md).
  --seeds N       schedules per mode (10000)
  --seed S        the first seed (1)
  --seconds T     stop after T seconds per mode
  --sweeper MODE  on, off or both (both)
  --max-nodes N   the most nodes of a workflow (30)
  --children C    which worlds have child workflows: all, some or none (some)
  --steps N       how many steps a message may run, 1 to 25 (drawn for each world)
  --carries C     whether messages carry their workflow, yes or no (drawn for each world)
  --workers N     processes that share the seeds (1)
  --no-shrink     print the seed alone
  --mutant NAME   switch off a rule of the protocol; "list" lists them, "all" hunts each in both modes`;

/** Runs the simulation as the arguments say; the exit code is 1 when an invariant was violated. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      seconds: { type: "string" },
      sweeper: { type: "string", default: "both" },
      "max-nodes": { type: "string", default: "30" },
      children: { type: "string", default: "some" },
      steps: { type: "string" },
      carries: { type: "string" },
      mutant: { type: "string" },
      workers: { type: "string", default: "1" },
      "no-shrink": { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(usage);
  if (values.mutant === "all") {
    const options = {
      seed: readNumber("seed", values.seed),
      seeds: readNumber("seeds", values.seeds),
      maxNodes: readNumber("max-nodes", values["max-nodes"]),
    };
    const how = { workers: readNumber("workers", values.workers), print: console.log };
    if (!(await huntMutants(options, how))) process.exitCode = 1;
    return;
  }
  if (values.mutant === "list") return console.log(mutants.map(({ name }) => name).join("\n"));
  const mutant = mutants.find(({ name }) => name === values.mutant);
  if (values.mutant !== undefined && mutant === undefined) throw new Error(`There is no mutant "${values.mutant}"`);
  const children = readChildren(values.children);
  const isKnownMode = ["on", "off", "both"].includes(values.sweeper);
  if (!isKnownMode) throw new Error(`--sweeper is on, off or both, not ${values.sweeper}`);
  for (const hasSweeper of values.sweeper === "both" ? [true, false] : [values.sweeper === "on"]) {
    const options = {
      seed: readNumber("seed", values.seed),
      seeds: readNumber("seeds", values.seeds),
      maxNodes: readNumber("max-nodes", values["max-nodes"]),
      hasSweeper,
      ...(children !== undefined && { children }),
      ...(values.steps !== undefined && { steps: readNumber("steps", values.steps) }),
      ...(values.carries !== undefined && { carries: values.carries === "yes" }),
      ...(values.seconds !== undefined && { seconds: readNumber("seconds", values.seconds) }),
    };
    const how = { workers: readNumber("workers", values.workers), mutant, mayShrink: !values["no-shrink"] };
    if (!(await runMode(options, how))) process.exitCode = 1;
  }
}

/** A whole number above 0; throws for anything else, since a run of no schedules would look like success. */
function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is a whole number above 0, not ${text}`);
}

/** Which worlds have child workflows: undefined for some. */
function readChildren(text: string): "all" | "none" | undefined {
  if (text === "all" || text === "none") return text;
  if (text === "some") return undefined;
  throw new Error(`--children is all, some or none, not ${text}`);
}

/** Runs one mode and prints what happened; false when an invariant was violated. */
async function runMode(
  options: SimulateOptions,
  { workers, mutant, mayShrink }: { workers: number; mutant: Mutant | undefined; mayShrink: boolean },
): Promise<boolean> {
  const { hasSweeper, maxNodes, children, steps, carries } = options;
  const { failure, schedules, seconds, cpuSeconds, coverage } = await runWorkers(options, {
    workers,
    mutant: mutant?.name,
  });
  const rates = `${Math.round(schedules / seconds)} a second, ${Math.round(schedules / cpuSeconds)} per second of one core`;
  const mode = `sweeper ${hasSweeper ? "on" : "off"}`;
  console.log(`${mode}: ${schedules} schedules in ${seconds.toFixed(1)} s, ${rates}`);
  console.log(coverage.format());
  const missing = coverage.missing(hasSweeper);
  if (missing.length > 0) console.log(`never happened: ${missing.join(", ")}`);
  if (failure === undefined) {
    console.log("no violation\n");
    return true;
  }
  console.log(`\nseed ${failure.seed} violates: ${failure.violations.join("; ")}`);
  if (!mayShrink) return false;
  if (mutant !== undefined) plantMutant(mutant);
  // Loaded only now, so that a mutant changes what it loads.
  const { shrink } = await import("../test/simulation/shrink.ts");
  const { simulation, deviations } = await shrink({
    seed: failure.seed,
    hasSweeper,
    maxNodes,
    ...(children && { children }),
    ...(steps && { steps }),
    ...(carries !== undefined && { carries }),
  });
  console.log(`shrunk to ${deviations} deviations from the calm course, ${simulation.violations.join("; ")}:`);
  for (const definitions of simulation.world.deployments) console.log(JSON.stringify(definitions));
  for (const line of simulation.world.trace) console.log(`  ${line}`);
  return false;
}

await main();
