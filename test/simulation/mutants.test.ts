import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";
import { huntedIn, mutate } from "./mutate.ts";
import { runSimulation } from "./run-simulation.ts";
import { runWorkers } from "./run-workers.ts";

/** For a machine that others keep busy, ms. */
const patience = 400_000;

describe("a mutant", () => {
  it.concurrent.each(mutants.filter(({ unitTest }) => unitTest === undefined))(
    "that $name is caught within 100,000 seeds",
    { timeout: patience },
    async (mutant) => {
      const { name, hasSweeper, fromSeed = 1 } = mutant;
      const options = { seed: fromSeed, seeds: 100_000, hasSweeper, maxNodes: 30, ...huntedIn(mutant) };
      const { failure } = await runWorkers(options, { workers: 1, mutant: name });
      expect(failure?.violations.length).toBeGreaterThan(0);
    },
  );

  it("is refused when the rule that it switches off has moved", () => {
    const [first] = mutants;
    const file = first?.changes[0]?.file ?? "";
    expect(() => first && mutate(first, file, "no such rule")).toThrow("0 times instead of once");
  });

  it("that no world shows soon has its own test, and its rule still stands", () => {
    for (const mutant of mutants.filter(({ unitTest }) => unitTest !== undefined)) {
      expect(existsSync(mutant.unitTest ?? ""), mutant.name).toBe(true);
      for (const { file } of mutant.changes)
        expect(() => mutate(mutant, file, readFileSync(file, "utf8"))).not.toThrow();
    }
  });

  it("has a name of its own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });
});

describe("the command", () => {
  it("prints a shrunk trace that a person can read", async () => {
    const args = ["--seeds", "1000", "--sweeper", "off", "--mutant", "does not count claims"];
    const { exitCode, output } = await runSimulation(args);
    expect(exitCode).toBe(1);
    const [, deviations = "99"] = /shrunk to (\d+) deviations/.exec(output) ?? [];
    expect(Number(deviations)).toBeLessThanOrEqual(4);
    expect(output).toMatch(/store\.claim w\d#\d — (?:crash|lost|throttle|broken)|dies: /);
  });

  it("refuses a number that is none, instead of running nothing and finding nothing", async () => {
    const { exitCode, output } = await runSimulation(["--seeds", "many"]);
    expect(exitCode).toBe(1);
    expect(output).toContain("--seeds");
  });

  it("refuses a mutant that it does not know", async () => {
    const { exitCode, output } = await runSimulation(["--mutant", "nobody"]);
    expect(exitCode).toBe(1);
    expect(output).toContain('There is no mutant "nobody"');
  });
});
