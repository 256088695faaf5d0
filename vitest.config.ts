import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Vitest leaves a core free; much of the time here is spent waiting for processes and emulators.
    maxWorkers: "100%",
    // Patience, for a machine on which the simulation of other files takes what there is; no test asserts a duration.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
