/** One HTTP request, redirects included. */
export interface HttpRequest {
  readonly method: string;
  /** An absolute `http:` or `https:` URL without user and password. */
  readonly url: string;
  /** By lower-case name. To another origin a redirect takes along what describes the content alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte of the answer, ms. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body as they come over the wire: nothing is decompressed. */
  readonly maxResponseBytes: number;
  /** 0 follows none: a redirect is an answer like any other then. */
  readonly maxRedirects: number;
  /** Ends the request early. */
  readonly signal: AbortSignal;
}

/** An answer of whatever status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name, values of one name joined; `set-cookie` is left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends HTTP requests to the public internet, and to what the platform's configuration names besides. */
export interface HttpClient {
  /**
   * Rejects with a `RefluxoError` whose text has the URL without its query. Retryable: `http.unreachable` and
   * `http.timeout`. Terminal: `http.url-invalid`, `http.url-refused` (scheme, user or password), `http.address-refused`
   * (an address that is not public), `http.redirect-refused`, `http.too-many-redirects`, `http.response-too-large`,
   * `http.request-invalid`.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}
