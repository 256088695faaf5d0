import { runPlan } from "../aws/cli/plan.ts";
import { openLocalTable } from "./cli/open-local-table.ts";
import { readLocalConfig } from "./config.ts";

// The entry point of `npm run plan`: here and not beside `runPlan`, since the stack of `npm start` is one that it can plan.
process.exitCode = await runPlan(
  process.argv.slice(2),
  { print: (line) => console.log(line), printError: (line) => console.error(line) },
  {
    // Loaded late, so that a registry that is not valid is told as everything else that goes wrong.
    loadApplication: () => import("../../workflows/registry.ts"),
    openLocalTable: async () => openLocalTable(readLocalConfig()),
  },
);
