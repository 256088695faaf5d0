import { mutants } from "../simulation/mutants.ts";
import { plantMutant } from "../simulation/plant-mutant.ts";

// Runs a workflow of the kit's tests through its crash points, on a dispatcher with one rule of the protocol switched off.
const [name, sweeper] = process.argv.slice(2);
const mutant = mutants.find((candidate) => candidate.name === name);
if (mutant === undefined) throw new Error(`There is no mutant "${name}"`);
plantMutant(mutant);
// Some mutants do not wait for what they begin; their runs are to show that, not this process.
process.on("unhandledRejection", () => undefined);

// Loaded only now, so that the mutant changes what is loaded.
const { crashEverywhere } = await import("../../src/testing/index.ts");
const { charging, order } = await import("./workflows.ts");

const failures = { charge: [new Error("busy")] };
const options = { ...charging(({ step }) => ({ key: step.stepKey })), failures, sweeper: sweeper === "on" };
await crashEverywhere(order, options).then(
  ({ crashPoints }) => console.log(`passes at ${crashPoints} crash points`),
  (error: unknown) => console.log(`is caught: ${error}`),
);
