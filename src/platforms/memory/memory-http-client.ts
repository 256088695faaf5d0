import type { HttpClient, HttpRequest, HttpResponse } from "../../ports/http-client.ts";

/** What a test lets a request be answered with. */
export interface MadeAnswer {
  /** 200 when absent. */
  readonly status?: number;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers requests as a test says, and keeps them in order. It knows no network: no redirect, no time limit, no address. */
export class MemoryHttpClient implements HttpClient {
  readonly requests: HttpRequest[] = [];
  readonly #answer: (request: HttpRequest) => MadeAnswer;

  /** `answer` may throw what the client is to reject with. */
  constructor(answer: (request: HttpRequest) => MadeAnswer = () => ({})) {
    this.#answer = answer;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const { status = 200, headers = {}, body = "" } = this.#answer(request);
    return { status, headers, body: typeof body === "string" ? new TextEncoder().encode(body) : body };
  }
}
