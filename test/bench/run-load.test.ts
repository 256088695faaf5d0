import { describe, expect, it } from "vitest";
import { plain } from "../../bench/baselines/plain.ts";
import type { Contender } from "../../bench/contender.ts";
import { dispatcher } from "../../bench/dispatcher.ts";
import { runLoad } from "../../bench/run-load.ts";
import { useStage } from "./stage.ts";

describe("a run of a load", () => {
  const stage = useStage();

  it("counts every call and unit of the plain baseline, whose every put holds the whole snapshot", async () => {
    const { calls, units, costs } = await runLoad(stage(), plain, { workflows: 1, steps: 10 });

    expect(calls).toEqual({ once: {}, perStep: { GetItem: 9, PutItem: 10, SendMessage: 9 } });
    expect(costs?.perStep).toEqual({ calls: calls.perStep, ...units });
    const shorter = await runLoad(stage(), plain, { workflows: 1, steps: 5 });
    expect(units.bytesWritten / 10).toBeGreaterThan((shorter.units.bytesWritten / 5) * 1.5);
  });

  it("adds up: the units paid once and those of the steps are all that the emulator counted", async () => {
    const { units, costs } = await runLoad(stage(), dispatcher, { workflows: 1, steps: 10 });

    // Start and head; the head again at the end; its check's index entry written and deleted; its list entry and the
    // start's written, and moved when the status changed.
    expect(costs?.once.writeUnits).toBe(9);
    expect(units.writeUnits).toBe(9 + (costs?.perStep.writeUnits ?? 0));
    expect(costs?.perStep.writeUnits).toBe(20);
    expect(costs?.perStep.readUnits).toBe(units.readUnits);
  });

  it("counts workflows that run at once without telling their units apart", async () => {
    const result = await runLoad(stage(), dispatcher, { workflows: 12, steps: 3 });

    expect(result.calls.once["PutItem"]).toBe(36);
    // A claim and a commit for each step.
    expect(result.calls.perStep["PutItem"]).toBe(36);
    expect(result.calls.perStep["UpdateItem"]).toBe(36);
    expect(result.costs).toBeUndefined();
  });

  it("refuses a contender whose workflow does not end as it should", async () => {
    const forgetful: Contender = {
      ...plain,
      open: async (parts) => ({ ...(await plain.open(parts)), read: async () => undefined }),
    };

    await expect(runLoad(stage(), forgetful, { workflows: 1, steps: 2 })).rejects.toThrow("bench-000000 is lost");
  });

  it("refuses a contender whose invocation fails a record", async () => {
    const failing: Contender = {
      ...plain,
      open: async (parts) => ({
        ...(await plain.open(parts)),
        handler: () => Promise.reject(new Error("out of order")),
      }),
    };

    await expect(runLoad(stage(), failing, { workflows: 1, steps: 2 })).rejects.toThrow("out of order");
  });
});
