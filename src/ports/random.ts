/** Randomness, handed in so that tests own it. */
export interface Random {
  /** A new unguessable token (a UUID in production). */
  token(): string;
}
