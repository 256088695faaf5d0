import { plain } from "./baselines/plain.ts";
import { powertools } from "./baselines/powertools.ts";
import { dispatcher } from "./dispatcher.ts";
import { runLoad } from "./run-load.ts";
import { startStage } from "./stage.ts";

const stage = await startStage();
for (const load of [
  { workflows: 1, steps: 10 },
  { workflows: 1, steps: 10 },
  { workflows: 50, steps: 10 },
  { workflows: 1, steps: 100 },
  { workflows: 1, steps: 1000 },
])
  for (const c of [dispatcher, plain, powertools]) {
    const t = performance.now();
    const r = await runLoad(stage, c, load);
    console.log(c.name, JSON.stringify(r), Math.round(performance.now() - t));
  }
await stage.stop();
