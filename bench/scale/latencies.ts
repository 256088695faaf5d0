import type { Latencies } from "./scale-world.ts";

/** Assumed, not measured: what the services' pages and common experience say of calls within a region. */
export const assumedLatencies: Latencies = {
  read: { medianMs: 4, sigma: 0.3 },
  write: { medianMs: 5, sigma: 0.3 },
  send: { medianMs: 8, sigma: 0.3 },
  delivery: { medianMs: 10, sigma: 0.3 },
  invoke: { medianMs: 3, sigma: 0.3 },
  coldStart: { medianMs: 500, sigma: 0.2 },
  node: { medianMs: 20, sigma: 0.3 },
  // docs/scale.md derives it from the bench: 1.1 ms of a core for a call, and 1,024 MB have 0.58 of one.
  cpuPerCallMs: 2,
};
