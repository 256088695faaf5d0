import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { RefluxoError } from "../../../engine/index.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { OnLog } from "../local-log.ts";
import { listen } from "../loopback.ts";
import type { RouteSpec } from "../template/application.ts";
import { buildHttpEvent } from "./http-event.ts";
import { gatewayResponse, type HttpResponse, readHandlerResponse } from "./http-response.ts";
import { matchRoute } from "./match-route.ts";

/** What a server plays. */
export interface HttpApi {
  readonly routes: readonly RouteSpec[];
  /** What a caller of a route with an authoriser must send as `Authorization: Bearer <key>`. */
  readonly developmentKey: string;
  readonly clock: Clock;
  readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
  readonly onLog: OnLog;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Begins to answer; until then every request gets 503. */
  serve(api: HttpApi): void;
  /** Takes no more requests and waits for those that run. */
  stop(): Promise<void>;
}

/** The largest request that an HTTP API takes, bytes. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Plays the HTTP API on loopback; port 0 takes any free one.
 * Throws a `RefluxoError` (`local.port-taken`) when the port is taken.
 */
export async function startHttpServer(port: number): Promise<HttpServer> {
  let api: HttpApi | undefined;
  let stopped: Promise<void> | undefined;
  const server = createServer((request, response) => {
    // A connection that stays open would hold a server that stops.
    const reply = (result: HttpResponse) => send(response, result, server.listening);
    answer(api, request).then(reply, (error: unknown) => {
      api?.onLog({ level: "error", source: "http", message: "A request failed", error });
      reply(gatewayResponse(500, "Internal Server Error"));
    });
  });
  const actualPort = await listen(server, port, { title: "the HTTP API", portVariable: "REFLUXO_HTTP_PORT" });
  return {
    port: actualPort,
    serve: (served) => {
      api = served;
    },
    stop: () => {
      stopped ??= closeServer(server);
      return stopped;
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}

async function answer(api: HttpApi | undefined, message: IncomingMessage): Promise<HttpResponse> {
  if (api === undefined) return gatewayResponse(503, "Service Unavailable");
  const [rawPath = "/", ...query] = (message.url ?? "/").split("?");
  const path = decodePath(rawPath);
  const match = path === undefined ? undefined : matchRoute(api.routes, message.method ?? "GET", path);
  if (path === undefined || match === undefined) return gatewayResponse(404, "Not Found");
  const isAuthenticated = hasKey(message, api.developmentKey);
  if (match.route.hasAuthorizer && !isAuthenticated) return gatewayResponse(403, "Forbidden");
  const body = await readBody(message);
  if (body === undefined) return gatewayResponse(413, "Request Entity Too Large");
  const receivedAt = api.clock.now();
  const event = buildHttpEvent({
    message,
    body,
    path,
    queryString: query.join("?"),
    match,
    isAuthenticated: isAuthenticated && match.route.hasAuthorizer,
    receivedAt,
  });
  try {
    return readHandlerResponse(await api.invoke(match.route.functionId, event));
  } catch (error) {
    api.onLog({ level: "error", source: match.route.functionId, message: `${match.routeKey} failed`, error });
    const isTimeout = error instanceof RefluxoError && error.code === "local.function-timeout";
    return isTimeout ? gatewayResponse(503, "Service Unavailable") : gatewayResponse(500, "Internal Server Error");
  }
}

/** The path without its percent-encoding, or undefined when that is malformed. */
function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function hasKey(message: IncomingMessage, key: string): boolean {
  const given = /^Bearer (.+)$/i.exec(message.headers.authorization ?? "")?.[1] ?? "";
  // Digests have one length, so that the comparison takes the same time whatever was sent.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}

/** The body, or undefined when it is larger than an HTTP API takes; the rest of it is read and dropped. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
  }
  return sizeBytes <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpResponse, keepsAlive: boolean): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  if (!keepsAlive) response.setHeader("connection", "close");
  response.statusCode = statusCode;
  response.end(body);
}
