/** Randomness, handed in so that tests own it. */
export interface Random {
  /** A new unguessable token (a UUID in production). */
  token(): string;
  /** A number from 0 up to, but not including, 1: spreads retries in time, guards nothing. */
  fraction(): number;
}
