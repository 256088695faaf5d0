import { describe, expect, it } from "vitest";
import { runSchedule, runSchedules } from "./run-schedules.ts";
import type { Schedule, Simulation } from "./simulation.ts";

const modes = [
  { mode: "with the sweeper", hasSweeper: true },
  { mode: "without the sweeper", hasSweeper: false },
] as const;

describe.each(modes)("the simulation $mode", ({ hasSweeper }) => {
  it("replays a seed byte for byte, alone and beside others", async () => {
    const schedules = Array.from({ length: 40 }, (_, seed) => ({ seed, hasSweeper, isTraced: true }));
    const beside = new Map<number, readonly string[]>();
    const waiting: Schedule[] = [...schedules];
    await runSchedules(
      () => waiting.shift(),
      ({ schedule, world }) => {
        beside.set(schedule.seed, world.trace);
        return true;
      },
    );
    for (const schedule of schedules) {
      const { trace } = (await runSchedule(schedule)).world;
      expect(trace.length).toBeGreaterThan(5);
      expect(trace.join("\n")).toBe(beside.get(schedule.seed)?.join("\n"));
    }
  });

  it("replays a schedule from its deviations alone", async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const first = await runSchedule({ seed, hasSweeper, isTraced: true });
      const deviations = new Map(first.deviations);
      const second = await runSchedule({ seed, hasSweeper, isTraced: true, deviations });
      expect(second.world.trace.join("\n")).toBe(first.world.trace.join("\n"));
    }
  });
});

describe("a run without deviations", () => {
  it("is a run without faults: every version runs once, and every message is sent for one reason", async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const simulation = await runSchedule({ seed, hasSweeper: true, deviations: new Map() });
      const { ledger, deployments } = simulation.world;
      const hasKiller = deployments.some((definitions) => JSON.stringify(definitions).includes('"kills"'));
      const runs = [...ledger.workflows.values()].flatMap((record) => [...record.runs.values()]);
      expect(ledger.violations).toEqual([]);
      if (!hasKiller) expect(runs.every((count) => count === 1)).toBe(true);
    }
  });

  it("is over at once when it is asked for another step", async () => {
    const simulation: Simulation = await runSchedule({ seed: 1, hasSweeper: true, deviations: new Map() });
    expect(simulation.isOver).toBe(true);
    expect(simulation.step()).toBe(false);
  });
});
