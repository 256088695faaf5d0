/** A client that is made when it is first needed, so that a cold start does not load what it does not call. */
export class LazyClient<TClient extends { destroy(): void }> {
  readonly #make: () => Promise<TClient>;
  #made: Promise<TClient> | undefined;

  constructor(make: () => Promise<TClient>) {
    this.#make = make;
  }

  /** The one client; rejects when it could not be made. */
  get(): Promise<TClient> {
    this.#made ??= this.#make();
    return this.#made;
  }

  /** Closes the client's connections, if it was made. */
  async destroy(): Promise<void> {
    (await this.#made)?.destroy();
  }
}
