import { describe, expect, it } from "vitest";
import { emulatorContestant } from "../../bench/expressions/emulator-contestant.ts";
import { type Contestant, measureSteps } from "../../bench/expressions/measure-steps.ts";
import { stepData } from "../../bench/expressions/step-data.ts";
import { useStage } from "./stage.ts";

describe("a step with expressions over the emulators", () => {
  const stage = useStage();

  it.each(stepData.map((data) => [data.name, data] as const))("runs to its workflow's end: %s", async (_name, data) => {
    const { steps, cpuMs, durationMs } = await emulatorContestant(stage(), data, 3).run();

    expect(steps).toBe(3);
    expect(Math.min(cpuMs, durationMs)).toBeGreaterThan(0);
  });

  it("fails the run when its node gets an expression that nobody evaluated", async () => {
    const data = { name: "comes to the text of an expression", data: { value0: '{% "{%" %}' } };

    await expect(emulatorContestant(stage(), data, 3).run()).rejects.toThrow("failed at version 1");
  });
});

describe("the measure of steps", () => {
  /** Takes so many ms for 10 steps, another time in each round. */
  function contestant(name: string, ran: string[], ...times: readonly number[]): Contestant {
    let round = 0;
    return {
      name,
      run: async () => {
        ran.push(name);
        const cpuMs = times[round] ?? 0;
        round += 1;
        return { steps: 10, cpuMs, durationMs: 2 * cpuMs };
      },
    };
  }

  it("compares contestants within each round, and leaves out the rounds to get warm", async () => {
    const ran: string[] = [];
    const contestants = [contestant("none", ran, 50, 1, 2, 4), contestant("five", ran, 90, 3, 4, 16)];
    const [none, five] = await measureSteps(contestants, { rounds: 3, discardedRounds: 1 });

    expect(none?.cpu).toEqual({
      micros: { median: 200, min: 100, max: 400 },
      ratio: { median: 1, min: 1, max: 1 },
    });
    expect(five).toEqual({
      name: "five",
      cpu: { micros: { median: 400, min: 300, max: 1600 }, ratio: { median: 3, min: 2, max: 4 } },
      duration: { micros: { median: 800, min: 600, max: 3200 }, ratio: { median: 3, min: 2, max: 4 } },
    });
    expect(ran).toEqual(["none", "five", "five", "none", "none", "five", "five", "none"]);
  });
});
