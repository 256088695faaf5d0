import { describe, expect, it } from "vitest";
import { portCalls } from "./faults.ts";
import { runSchedule, runSchedules } from "./run-schedules.ts";
import { simulate } from "./simulate.ts";
import type { Schedule, Simulation } from "./simulation.ts";

const modes = [
  { mode: "with the sweeper", hasSweeper: true },
  { mode: "without the sweeper", hasSweeper: false },
] as const;

/** For a machine that others keep busy, ms. */
const patience = 400_000;

/** A world has few of them; worlds with children alone show them. */
const isAboutChildren = (cell: string) => cell.startsWith("children.");

describe.each(modes)("the simulation $mode", ({ hasSweeper }) => {
  it(
    "finds no violation, and makes every fault happen to every port call",
    async () => {
      const report = await simulate({ seed: 1, seeds: 6_000, hasSweeper, maxNodes: 30 });
      expect(report.failure).toBeUndefined();
      expect(report.schedules).toBe(6_000);
      expect(report.coverage.missing(hasSweeper).filter((cell) => !isAboutChildren(cell))).toEqual([]);
      for (const call of portCalls) {
        const happens = hasSweeper || call !== "store.listDue";
        expect(report.coverage.count(call, "none") > 0, call).toBe(happens);
      }
    },
    patience,
  );

  it(
    "finds no violation in worlds with child workflows, and makes every fault happen to every call about them",
    async () => {
      const report = await simulate({ seed: 1, seeds: 1_000, hasSweeper, maxNodes: 30, children: "all" });
      expect(report.failure).toBeUndefined();
      expect(report.coverage.missing(hasSweeper).filter(isAboutChildren)).toEqual([]);
    },
    2 * patience,
  );

  it(
    "finds no violation however many steps a message may run",
    async () => {
      for (let steps = 1; steps <= 25; steps += 1) {
        const report = await simulate({ seed: 1_000 * steps, seeds: 20, hasSweeper, maxNodes: 30, steps });
        expect(report.failure).toBeUndefined();
      }
    },
    patience,
  );

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
