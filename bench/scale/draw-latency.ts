import type { Random } from "../../src/ports/random.ts";

/** How long something takes: lognormal, so that a few take much longer than most. */
export interface Latency {
  readonly medianMs: number;
  /** The standard deviation of its logarithm; 0 is always the median, 0.3 has a p99 of twice the median. */
  readonly sigma: number;
}

/** One duration, ms, by Box and Muller; takes two fractions. */
export function drawLatency({ medianMs, sigma }: Latency, random: Pick<Random, "fraction">): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random.fraction()));
}
