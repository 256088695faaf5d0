import type { Random } from "../../ports/random.ts";

/** Reproducible randomness: one seed, the same tokens and fractions on every machine. For tests alone: its tokens can be guessed. */
export class SeededRandom implements Random {
  #state: number;
  #tokens = 0;

  constructor(seed = 1) {
    this.#state = seed >>> 0;
  }

  token(): string {
    this.#tokens += 1;
    return `token-${this.#tokens}`;
  }

  /** The next number of a mulberry32 generator. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
