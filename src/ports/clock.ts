/** Time, handed in so that tests own it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Calls back once after a delay in ms, unless the returned function is called first. */
  schedule(delayMs: number, callback: () => void): () => void;
}
