import { describe, expect, it } from "vitest";
import { engineContestants } from "../../bench/engine/engine-contestants.ts";
import { begin, chainWorkload, loopWorkload, makeSteps, nestedData } from "../../bench/engine/engine-workload.ts";
import { measureAllocations } from "../../bench/engine/measure-allocations.ts";

describe("the engine's benchmark", () => {
  it("runs every contestant to the end of its part, one await first", async () => {
    const contestants = engineContestants({ stepsPerRun: 20 });
    expect(contestants[0]?.name).toContain("no engine");
    const steps = [];
    for (const contestant of contestants) steps.push((await contestant.run()).steps);
    // A whole workflow at least, or its tenth.
    expect(steps).toEqual([20, 20, 20, 20, 1_000, 10_000, 1_000, 1_000, 1_000, 5_000]);
  });

  it("ends its workflows with a result for each step", async () => {
    const chain = chainWorkload(3, nestedData);
    const ended = await makeSteps(chain, begin(chain), 3);
    expect(ended).toMatchObject({ status: "completed", context: { n2: [{ output: nestedData }] } });
    const loop = loopWorkload(40, 1);
    expect((await makeSteps(loop, begin(loop), 40)).context["loop"]).toHaveLength(40);
  });

  it("fails when a step does", async () => {
    const loop = loopWorkload(2, () => "no JSON");
    await expect(makeSteps(loop, begin(loop), 2)).rejects.toThrow("A step failed: failed at version 1");
  });

  it("counts what a step allocates, and what is kept of it", async () => {
    const measured = await measureAllocations({ stepsToWarm: 10 });
    expect(measured.map(({ name }) => name)).toHaveLength(4);
    for (const { allocatedBytes, keptBytes } of measured) {
      expect([allocatedBytes, keptBytes].map(Number.isFinite)).toEqual([true, true]);
    }
  });
});
