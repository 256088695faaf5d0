/** What an S3 client's HTTP handler is to the counter. */
interface HttpHandler {
  handle(request: { readonly method: string }, options?: object): Promise<unknown>;
}

/** Counts the requests of an S3 client by method, below the SDK's retries; they name no operation. */
export class S3CallCounter {
  readonly #counts = new Map<string, number>();

  /** For the `extensions` of the client's configuration. */
  get extension() {
    return {
      configure: (config: { httpHandler(): HttpHandler }): void => {
        const handler = config.httpHandler();
        const handle = handler.handle.bind(handler);
        handler.handle = (request, options) => {
          const name = `S3 ${request.method}`;
          this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
          return handle(request, options);
        };
      },
    };
  }

  /** Requests so far, such as `S3 PUT`. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
