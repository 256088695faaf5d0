import type { MemorySample } from "./worker-messages.ts";

const mebibyte = 2 ** 20;

/** Collects the garbage and says what is left. Throws in a process that was not started with `--expose-gc`. */
export function takeMemorySample(): MemorySample {
  if (globalThis.gc === undefined) throw new TypeError("The process was not started with --expose-gc");
  // What the first collection finalises, the second one frees.
  globalThis.gc();
  globalThis.gc();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return {
    type: "sample",
    residentMebibytes: rss / mebibyte,
    heapTakenMebibytes: heapTotal / mebibyte,
    heapMebibytes: heapUsed / mebibyte,
  };
}
