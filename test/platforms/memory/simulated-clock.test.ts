import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/platforms/memory/index.ts";

describe("the simulated clock", () => {
  test("stands still until it is moved", () => {
    const clock = new SimulatedClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(5);
    expect(clock.now()).toBe(1_005);
  });

  test("begins past any real time, so that no library takes it for the past", () => {
    expect(new SimulatedClock().now()).toBe(Date.UTC(2100, 0, 1));
  });

  test("calls back in the order of time, each at its own time", () => {
    const clock = new SimulatedClock(0);
    const calls: (readonly [string, number])[] = [];
    for (const [name, delayMs] of [
      ["late", 30],
      ["early", 10],
      ["middle", 20],
    ] as const) {
      clock.schedule(delayMs, () => calls.push([name, clock.now()]));
    }
    clock.advance(29);
    expect(calls).toEqual([
      ["early", 10],
      ["middle", 20],
    ]);
    clock.advance(1);
    expect(calls.at(-1)).toEqual(["late", 30]);
    clock.advance(1_000);
    expect(calls).toHaveLength(3);
  });

  test("a callback may schedule another that falls due on the same way", () => {
    const clock = new SimulatedClock(0);
    const calls: number[] = [];
    clock.schedule(10, () => clock.schedule(10, () => calls.push(clock.now())));
    clock.advance(25);
    expect(calls).toEqual([20]);
    expect(clock.now()).toBe(25);
  });

  test("a callback that was called off is never called", () => {
    const clock = new SimulatedClock(0);
    let calls = 0;
    const callOff = clock.schedule(10, () => {
      calls += 1;
    });
    callOff();
    clock.advance(100);
    expect(calls).toBe(0);
  });

  test("a negative delay is due at once, not in the past", () => {
    const clock = new SimulatedClock(50);
    const calls: number[] = [];
    clock.schedule(-10, () => calls.push(clock.now()));
    clock.advance(0);
    expect(calls).toEqual([50]);
  });

  test("time stops where something fires that ends the wait", () => {
    const clock = new SimulatedClock(0);
    let isOver = false;
    clock.schedule(10, () => {
      isOver = true;
    });
    clock.advanceTo(100, () => isOver);
    expect(clock.now()).toBe(10);
  });

  test("time never goes back", () => {
    const clock = new SimulatedClock(100);
    clock.advanceTo(40);
    expect(clock.now()).toBe(100);
  });
});
