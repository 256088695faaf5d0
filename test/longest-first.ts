import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, the longest first, from the project's root. */
export const longest: readonly string[] = [
  "test/simulation/with-sweeper.test.ts",
  "test/simulation/without-sweeper.test.ts",
  "test/simulation/mutants.test.ts",
  "test/e2e/start-and-kill.test.ts",
  "test/e2e/once.test.ts",
  "test/workflows/price-update.test.ts",
  "test/soak/run-soak.test.ts",
];

/** Begins with the files that take longest, so that no core is idle at the end while one of them runs on. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((file) => moduleId.endsWith(`/${file}`));
  return rank < 0 ? longest.length : rank;
}
