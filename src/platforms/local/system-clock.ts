import type { Clock } from "../../ports/clock.ts";

/** Node's timers take at most 2³¹ − 1 ms; longer delays are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number) => {
      const step = Math.min(remainingMs, longestTimerMs);
      timer = setTimeout(() => (remainingMs > step ? wait(remainingMs - step) : callback()), step);
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
