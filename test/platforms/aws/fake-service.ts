import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** A request as a fake AWS service received it. */
export interface ServiceRequest {
  /** The operation of the JSON protocols (`x-amz-target`), or method and URL. */
  readonly operation: string;
  readonly body: string;
}

/** What a fake service answers. */
export interface ServiceAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An AWS service on loopback that answers as a test says, over the real protocol. */
export class FakeService {
  readonly requests: ServiceRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: (request: ServiceRequest, index: number) => ServiceAnswer): Promise<FakeService> {
    const server = createServer(async (incoming, outgoing) => {
      const body = await text(incoming);
      const target = incoming.headers["x-amz-target"];
      const operation = typeof target === "string" ? target.replace(/^.*\./, "") : `${incoming.method} ${incoming.url}`;
      const request = { operation, body };
      const { status = 200, headers, body: answered = "{}" } = answer(request, service.requests.push(request) - 1);
      outgoing.writeHead(status, { ...headers }).end(answered);
    });
    const service = new FakeService(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  /** How an SDK client talks to it; throttled requests are tried again without a pause. */
  get clientConfig() {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The fake service does not listen");
    return {
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An error as the JSON protocols carry it. */
export function jsonError(type: string, message: string, status = 400): ServiceAnswer {
  return { status, headers: { "x-amzn-errortype": type }, body: JSON.stringify({ __type: type, message }) };
}

/** An error as S3 carries it. */
export function xmlError(code: string, message: string, status: number): ServiceAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}
