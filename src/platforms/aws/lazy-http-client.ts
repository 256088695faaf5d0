import type { HttpClient, HttpRequest, HttpResponse } from "../../ports/http-client.ts";

/** An HTTP client that is loaded at the first request: Node's own modules for HTTP alone take longer than most bundles. */
export class LazyHttpClient implements HttpClient {
  readonly #load: () => Promise<HttpClient>;
  #client: Promise<HttpClient> | undefined;

  constructor(load: () => Promise<HttpClient>) {
    this.#load = load;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    this.#client ??= this.#load();
    return (await this.#client).send(request);
  }
}
