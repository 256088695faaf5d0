/** Tells when the last workflow of a run has ended and no invocation is running any more. */
export class Finish {
  #remaining = 0;
  #running = 0;
  #settle = Promise.withResolvers<void>();

  /** Begins a run of so many workflows; resolves at its end, rejects at the first failure. */
  expect(workflows: number): Promise<void> {
    this.#remaining = workflows;
    this.#settle = Promise.withResolvers<void>();
    return this.#settle.promise;
  }

  /** A workflow's last step runs; its commit is still to come. */
  workflowEnds(): void {
    this.#remaining -= 1;
  }

  /** Runs an invocation; what it throws fails the run. */
  async watch<TResult>(invoke: () => Promise<TResult>): Promise<TResult> {
    this.#running += 1;
    try {
      return await invoke();
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.#running -= 1;
      if (this.#remaining === 0 && this.#running === 0) this.#settle.resolve();
    }
  }

  /** Ends the run with an error; the first one counts. */
  fail(error: unknown): void {
    this.#settle.reject(error);
  }
}
