/** A map whose entries have sizes, and that lets go of those which were not used for longest to stay within a size. */
export class LruMap<TValue> {
  readonly #maxSize: number;
  /** The one that was used last comes last. */
  readonly #entries = new Map<string, { readonly value: TValue; readonly size: number }>();
  #size = 0;

  /** The sizes of all entries together, in whatever unit `set` is given them. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** The value of a key, if there is one; this counts as a use. */
  get(key: string): TValue | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** The value of a key, if there is one; this is no use. */
  peek(key: string): TValue | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Keeps a value in place of what the key had, unless it alone is larger than the map may be: then the key has none. */
  set(key: string, value: TValue, size = 1): void {
    this.delete(key);
    if (size > this.#maxSize) return;
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.delete(oldest);
    }
  }

  /** Forgets a key, if it is known. */
  delete(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }

  /** All values; the one that was used last comes last. */
  *values(): Generator<TValue> {
    for (const { value } of this.#entries.values()) yield value;
  }
}
