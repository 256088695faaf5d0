/** A stream of reproducible randomness. */
export interface Prng {
  /** The next whole number from 0 to 2^32 − 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, the limit; 0 when the limit is below 1. */
  below(limit: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items; throws for an empty list. */
  pick<T>(items: readonly T[]): T;
}

/** A mulberry32 generator: one seed, one stream, the same on every machine. */
class Mulberry implements Prng {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    const state = (this.#state + 0x6d2b79f5) | 0;
    this.#state = state;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return limit < 1 ? 0 : Math.floor((this.next() / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("Nothing to pick from");
    return item;
  }
}

/** A stream that begins at a seed. */
export function createPrng(seed: number): Prng {
  return new Mulberry(seed);
}
