import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/** Files with a process of their own: what they change of a module, or run beside, is not for others. */
const alone = [
  // They put another module in the place of one that others load.
  "test/expressions/definitions.test.ts",
  "test/platforms/aws/failing-records.test.ts",
  "test/workflows/lint-workflows.test.ts",
  // They watch what the process prints, or end processes.
  "test/e2e/**/*.test.ts",
  "test/simulation/**/*.test.ts",
  "test/soak/**/*.test.ts",
];

export default defineConfig({
  test: {
    // Vitest leaves a core free; much of the time here is spent waiting for processes and emulators.
    maxWorkers: "100%",
    // Patience, for a machine on which the simulation of other files takes what there is; no test asserts a duration.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
    // The processes that tests start read what others compiled.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)) },
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      // No module keeps state, so these share what they load: to load it anew for each would take more than the tests do.
      { extends: true, test: { name: "together", include: ["test/**/*.test.ts"], exclude: alone, isolate: false } },
    ],
  },
});
