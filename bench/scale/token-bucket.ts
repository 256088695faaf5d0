/** How fast a bucket fills, units per second, and how many seconds of that it holds. */
export interface BucketOptions {
  readonly unitsPerSecond: number;
  readonly burstSeconds: number;
}

/** A limit on a rate: full at first, filled by the time that passes, on whatever clock its callers have. */
export class TokenBucket {
  readonly #unitsPerMs: number;
  readonly #capacity: number;
  #units: number;
  #filledAt: number;

  /** Begins full at an epoch ms. */
  constructor({ unitsPerSecond, burstSeconds }: BucketOptions, now: number) {
    this.#unitsPerMs = unitsPerSecond / 1000;
    this.#capacity = unitsPerSecond * burstSeconds;
    this.#units = this.#capacity;
    this.#filledAt = now;
  }

  /** Whether so many units are there now (epoch ms); takes none. */
  has(units: number, now: number): boolean {
    this.#units = Math.min(this.#capacity, this.#units + (now - this.#filledAt) * this.#unitsPerMs);
    this.#filledAt = now;
    // What was summed up in fractions may lack the last bit.
    return this.#units >= units - 1e-9;
  }

  /** Takes units that are there; throws when they are not, since then nobody asked before. */
  take(units: number, now: number): void {
    if (!this.has(units, now)) throw new RangeError("The bucket has not so many units");
    this.#units -= units;
  }

  /** How long until so many units are there, ms; infinite when it never holds them. */
  waitMs(units: number, now: number): number {
    if (this.has(units, now)) return 0;
    return units > this.#capacity ? Number.POSITIVE_INFINITY : (units - this.#units) / this.#unitsPerMs;
  }
}
