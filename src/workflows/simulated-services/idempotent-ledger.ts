import { RefluxoError } from "../../engine/index.ts";

/** How many requests a ledger remembers; the oldest is forgotten first, so that a long-lived process does not grow. */
const capacity = 1_000;

/**
 * What a simulated service remembers of the requests that it fulfilled, by idempotency key: a repeated request gets
 * the first answer and does nothing; the same key on another request is refused, as real payment services do.
 */
export class IdempotentLedger<TRequest, TAnswer> {
  readonly #entries = new Map<string, { readonly request: string; readonly answer: TAnswer }>();

  /** Fulfils a request once; throws the terminal `simulated.key-reused` when its key belongs to another request. */
  once(idempotencyKey: string, request: TRequest, fulfil: () => TAnswer): TAnswer {
    const text = JSON.stringify(request);
    const known = this.#entries.get(idempotencyKey);
    if (known !== undefined) {
      if (known.request === text) return known.answer;
      throw new RefluxoError("simulated.key-reused", `Idempotency key ${idempotencyKey} was used for another request.`);
    }
    const answer = fulfil();
    this.#entries.set(idempotencyKey, { request: text, answer });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= capacity) break;
      this.#entries.delete(oldest);
    }
    return answer;
  }

  /** Whether a request with this key was fulfilled. */
  has(idempotencyKey: string): boolean {
    return this.#entries.has(idempotencyKey);
  }

  /** How many requests are remembered. */
  get size(): number {
    return this.#entries.size;
  }
}
