import { Session } from "node:inspector/promises";
import { contenders } from "../contenders.ts";
import { runLoad } from "../run-load.ts";
import { startStage } from "../stage.ts";
import { attributeSamples, owners } from "./attribute-samples.ts";

const load = { workflows: 50, steps: 10 };
/** Runs that are profiled, after one in which the code gets warm. */
const runs = 8;

const stage = await startStage();
const session = new Session();
session.connect();
await session.post("Profiler.enable");
console.log(
  `Shares of the CPU time of ${load.workflows} workflows of ${load.steps} steps, ${runs} runs each; Node ${process.version}\n`,
);
console.log(`| | CPU ms per step | ${owners.join(" | ")} |`);
console.log(`|---|${"---:|".repeat(owners.length + 1)}`);
for (const contender of contenders) {
  await runLoad(stage, contender, load);
  let cpuMs = 0;
  await session.post("Profiler.start");
  for (let run = 0; run < runs; run++) cpuMs += (await runLoad(stage, contender, load)).cpuMs;
  const { profile } = await session.post("Profiler.stop");
  const shares = attributeSamples(profile);
  const cells = owners.map((owner) => `${Math.round(100 * shares[owner])} %`);
  const perStep = (cpuMs / (runs * load.workflows * load.steps)).toFixed(1);
  console.log(`| ${[contender.name, perStep, ...cells].join(" | ")} |`);
}
session.disconnect();
await stage.stop();
