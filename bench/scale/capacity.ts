import type { Quotas } from "./quotas.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What can throttle a request to the table. */
export const parts = [
  "table writes",
  "table reads",
  "by-check-at",
  "by-check-at partition",
  "by-list-key",
  "by-list-key partition",
] as const;
export type Part = (typeof parts)[number];

/** Units that a request takes of one part; `key` names a partition, and is empty for the others. */
export interface Demand {
  readonly part: Part;
  readonly key: string;
  readonly units: number;
}

/** For how long a part's unused units are kept, s. DynamoDB keeps more where it can, and promises none. */
const burstSeconds = 5;

/** The table's throughput and that of its indexes and their partitions: a write that any of them refuses is not made. */
export class Capacity {
  /** Refused requests by part. */
  readonly throttles = new Map<Part, number>();
  /** Epoch ms of the first one by part. */
  readonly firstThrottles = new Map<Part, number>();
  /** Units that were taken by part. */
  readonly taken = new Map<Part, number>();
  readonly #quotas: Quotas;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(quotas: Quotas, now: () => number) {
    this.#quotas = quotas;
    this.#now = now;
  }

  /** Takes what a request needs, all of it or nothing; the part that refuses it, else undefined. */
  refuses(demands: readonly Demand[]): Part | undefined {
    const now = this.#now();
    const refusal = demands.find((demand) => !this.#bucket(demand).has(demand.units, now));
    if (refusal !== undefined) {
      this.throttles.set(refusal.part, (this.throttles.get(refusal.part) ?? 0) + 1);
      if (!this.firstThrottles.has(refusal.part)) this.firstThrottles.set(refusal.part, now);
      return refusal.part;
    }
    for (const demand of demands) {
      this.#bucket(demand).take(demand.units, now);
      this.taken.set(demand.part, (this.taken.get(demand.part) ?? 0) + demand.units);
    }
    return undefined;
  }

  #bucket({ part, key }: Demand): TokenBucket {
    const name = `${part} ${key}`;
    const existing = this.#buckets.get(name);
    if (existing !== undefined) return existing;
    const created = new TokenBucket({ unitsPerSecond: rateOf(part, this.#quotas), burstSeconds }, this.#now());
    this.#buckets.set(name, created);
    return created;
  }
}

function rateOf(part: Part, { tableWrites, tableReads, partitionWrites }: Quotas): number {
  switch (part) {
    case "table writes":
    case "by-check-at":
    case "by-list-key":
      return tableWrites;
    case "table reads":
      return tableReads;
    case "by-check-at partition":
    case "by-list-key partition":
      return partitionWrites;
  }
}
