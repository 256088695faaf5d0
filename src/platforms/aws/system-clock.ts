import { randomUUID } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The machine's randomness. */
export const systemRandom: Random = { token: () => randomUUID(), fraction: () => Math.random() };
