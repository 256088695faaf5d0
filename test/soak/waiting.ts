import { setTimeout as delay } from "node:timers/promises";

const retryMs = 300;

/** Lets time pass; throws when the soak is aborted. */
export async function pause(signal: AbortSignal, ms: number): Promise<void> {
  await delay(ms, undefined, { signal });
}

/** Tries until it works, since the emulators are down at times; throws when the soak is aborted. */
export async function patient<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      // The soak's deadline bounds this loop, and says what was wrong last.
      if (signal.aborted) throw new Error("The soak was ended", { cause: error });
      await pause(signal, retryMs);
    }
  }
}
