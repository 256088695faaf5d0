import { describe, expect, it } from "vitest";
import { portCalls } from "./faults.ts";
import { runWorkers } from "./run-workers.ts";
import { simulate } from "./simulate.ts";

/** For a machine that others keep busy, ms. */
const patience = 400_000;

/** A world has few of them; worlds with children alone show them. */
const isAboutChildren = (cell: string) => cell.startsWith("children.");

/** The worlds of one mode, played by a process that plays nothing else. Each mode has a file of its own: there are two cores. */
export function describeWorlds(mode: string, { hasSweeper }: { readonly hasSweeper: boolean }): void {
  describe(`the simulation ${mode}`, () => {
    it(
      "finds no violation, and makes every fault happen to every port call",
      async () => {
        const report = await runWorkers({ seed: 1, seeds: 6_000, hasSweeper, maxNodes: 30 }, { workers: 1 });
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
        // Few of them come to a join while faults are left.
        const options = { seed: 1, seeds: 2_000, hasSweeper, maxNodes: 30, children: "all" } as const;
        const report = await runWorkers(options, { workers: 1 });
        expect(report.failure).toBeUndefined();
        expect(report.coverage.missing(hasSweeper).filter(isAboutChildren)).toEqual([]);
      },
      2 * patience,
    );

    it(
      "finds no violation however many steps a message may run, whether or not it carries its workflow",
      async () => {
        for (let steps = 1; steps <= 25; steps += 1) {
          const options = { seed: 1_000 * steps, seeds: 20, hasSweeper, maxNodes: 30, steps };
          for (const carries of [true, false]) {
            const report = await simulate({ ...options, carries });
            expect(report.failure).toBeUndefined();
          }
        }
      },
      patience,
    );
  });
}
