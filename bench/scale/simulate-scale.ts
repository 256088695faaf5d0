import { parseArgs } from "node:util";
import { cellsFor } from "./cells.ts";
import { describeGrid, describeLimits, describeMinutes } from "./describe-cells.ts";
import { measureSweeper } from "./measure-sweeper.ts";
import { runCells } from "./run-cells.ts";

// What one million workflows a minute would meet: `npm run simulate:scale -- [--quick] [--seed N] [--processes N]`.
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    processes: { type: "string", default: "2" },
  },
});
const [seed, processes] = [Number(values.seed), Number(values.processes)];
if (!Number.isSafeInteger(seed) || !(Number.isSafeInteger(processes) && processes > 0)) {
  throw new TypeError("--seed and --processes take whole numbers");
}
const tables = cellsFor({ seed, isQuick: values.quick });
print("Ten steps per message", describeGrid(await runCells(tables.tenSteps, processes)));
print("One step per message", describeGrid(await runCells(tables.oneStep, processes)));
print("At the limit", describeLimits(await runCells(tables.atTheLimit, processes)));
print("Completed in each minute", describeMinutes(await runCells(tables.byMinute, processes)));
const sweeps = await Promise.all((["quiet", "lost"] as const).map((kind) => measureSweeper(kind, 20_000, seed)));
print(
  "One run of the sweeper",
  sweeps.map(
    ({ checked, sent, durationMs }) => `- ${checked} looked at, ${sent} sent, ${(durationMs / 1000).toFixed(1)} s`,
  ),
);

function print(title: string, lines: readonly string[]): void {
  console.log(`## ${title}\n\n${lines.join("\n")}\n`);
}
