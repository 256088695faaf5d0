import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { SimulatedHttpService } from "../../../workflows/simulated-services/simulated-http-service.ts";
import type { OnLog } from "../local-log.ts";
import { listen, loopbackHost } from "../loopback.ts";

/** Simulated services that listen on loopback. */
export interface SampleServices {
  /** The base URL of each by its name: what expressions see as a global of that name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The template's parameters, with these hosts among `HttpAllowedNetworks`: nodes reach no private address else. */
  allowIn(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts an HTTP server on a free port of loopback for each service; none is left when one cannot start. */
export async function startSampleServices(
  services: Readonly<Record<string, () => SimulatedHttpService>>,
  onLog: OnLog,
): Promise<SampleServices> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((stopOne) => stopOne()));
  };
  const hosts: [name: string, host: string][] = [];
  try {
    for (const [name, create] of Object.entries(services)) {
      const server = await startService(name, create(), onLog);
      stops.push(server.stop);
      hosts.push([name, `${loopbackHost}:${server.port}`]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: Object.fromEntries(hosts.map(([name, host]) => [name, `http://${host}`])),
    allowIn: (parameters) => {
      const others = parameters["HttpAllowedNetworks"] ?? "";
      const allowed = [others, ...hosts.map(([, host]) => host)].filter((entry) => entry !== "").join(",");
      return { ...parameters, HttpAllowedNetworks: allowed };
    },
    stop,
  };
}

async function startService(name: string, service: SimulatedHttpService, onLog: OnLog) {
  const server = createServer((request, response) => {
    answer(service, request, response).catch((error: unknown) => {
      onLog({ level: "error", source: name, message: "A request failed", error });
      request.socket.destroy();
    });
  });
  const port = await listen(server, 0, { title: `the simulated service ${name}`, portVariable: "none" });
  const stop = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    });
  return { port, stop };
}

async function answer(service: SimulatedHttpService, request: IncomingMessage, response: ServerResponse) {
  const { method = "GET", url: path = "/", headers, socket } = request;
  const key = headers["idempotency-key"];
  const idempotencyKey = typeof key === "string" ? key : undefined;
  const given = service.answer({ method, path, idempotencyKey, body: await text(request) });
  if (given.type === "reset") {
    socket.resetAndDestroy();
    return;
  }
  response.writeHead(given.status, { "content-type": "application/json" }).end(JSON.stringify(given.body));
}
