import { costOf, prices } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** Dollars per million steps, by what is paid for. */
export interface Bill {
  readonly writes: number;
  readonly reads: number;
  readonly queue: number;
  readonly requests: number;
  /** By the model of `LambdaTime`. */
  readonly time: number;
  readonly total: number;
}

const million = 1_000_000;

/** Prices what a step takes, for a million of them. */
export function billOf(usage: Usage): Bill {
  const parts = {
    writes: costOf(prices.writeUnit, usage.writeUnits * million),
    reads: costOf(prices.readUnit, usage.readUnits * million),
    queue: costOf(prices.queueRequest, usage.queueRequests * million),
    requests: costOf(prices.invocation, usage.invocations * million),
    time: costOf(prices.gigabyteSecond, usage.gigabyteSeconds * million),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, dollars) => sum + dollars, 0) };
}

/** A million state transitions of Step Functions Standard; the functions that they call are not in it. */
export const standardDollars = costOf(prices.transition, million);

/** A million steps as durable functions: an operation each, and their results written; Lambda is not in it. */
export function durableDollars(resultBytes: number): number {
  return costOf(prices.durableOperation, million) + costOf(prices.durableGigabyte, (resultBytes * million) / 1e9);
}
