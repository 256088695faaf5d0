import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { listen, loopbackHost } from "../loopback.ts";

/** An event that somebody published. */
export interface PublishedEvent {
  readonly eventId: string;
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  /** Epoch ms; undefined for now. */
  readonly time?: number;
}

/** EventBridge's PutEvents on this machine. */
export interface EventBridgeEmulator {
  readonly port: number;
  /** Calls back for every event, inside the request: what the listener stores is stored before the publisher hears of it. */
  onEvent(listener: (event: PublishedEvent) => void): void;
  stop(): Promise<void>;
}

const maxEntries = 10;
const maxBytes = 256 * 1024;

const Entry = v.object({
  EventBusName: v.optional(v.string(), "default"),
  Source: v.optional(v.string(), ""),
  DetailType: v.optional(v.string(), ""),
  Detail: v.optional(v.string(), ""),
  Resources: v.optional(v.array(v.string()), []),
  /** Epoch seconds, as AWS JSON 1.1 writes instants. */
  Time: v.optional(v.number()),
});
type Entry = v.InferOutput<typeof Entry>;

const PutEvents = v.object({ Entries: v.pipe(v.array(Entry), v.minLength(1), v.maxLength(maxEntries)) });

const DetailObject = v.pipe(
  v.unknown(),
  v.check((detail) => !Array.isArray(detail)),
  v.record(v.string(), v.unknown()),
);

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * Starts a server for PutEvents (AWS JSON 1.1), the one operation of EventBridge that the application calls; port 0 takes
 * any free one. Throws a `RefluxoError` (`local.port-taken`) when the port is taken.
 */
export async function startEventBridgeEmulator(options: {
  /** Loopback when absent. */
  readonly host?: string | undefined;
  readonly port: number;
}): Promise<EventBridgeEmulator> {
  const listeners: ((event: PublishedEvent) => void)[] = [];
  const server = createServer((request, response) => {
    answer(request, listeners).then(
      (answered) => send(response, answered),
      () => send(response, failure(500, "InternalFailure", "The emulator failed")),
    );
  });
  const title = { title: "the EventBridge emulator", portVariable: "REFLUXO_EVENTBRIDGE_PORT" };
  const port = await listen(server, options.port, title, options.host ?? loopbackHost);
  return {
    port,
    onEvent: (listener) => listeners.push(listener),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  listeners: readonly ((event: PublishedEvent) => void)[],
): Promise<Answer> {
  const body = await text(request);
  const operation = request.headers["x-amz-target"];
  if (operation !== "AWSEvents.PutEvents") {
    return failure(400, "UnknownOperationException", `The emulator knows AWSEvents.PutEvents only, not ${operation}`);
  }
  const parsed = v.safeParse(PutEvents, parseOrUndefined(body));
  if (!parsed.success) return failure(400, "ValidationException", parsed.issues[0].message);
  const { Entries: entries } = parsed.output;
  if (entries.reduce((total, entry) => total + sizeOf(entry), 0) > maxBytes) {
    return failure(400, "ValidationException", "Total size of the entries in the request is over the limit.");
  }
  const results = entries.map((entry) => put(entry, listeners));
  const FailedEntryCount = results.filter((result) => "ErrorCode" in result).length;
  return { status: 200, body: { FailedEntryCount, Entries: results } };
}

/** Codes as EventBridge gives them for an entry. */
function put(entry: Entry, listeners: readonly ((event: PublishedEvent) => void)[]) {
  const { Source: source, DetailType: detailType, Detail, EventBusName, Resources: resources, Time } = entry;
  const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  if (source === "") return refuse("InvalidArgument", "Parameter Source is not valid.");
  if (detailType === "") return refuse("InvalidArgument", "Parameter DetailType is not valid.");
  if (source.startsWith("aws."))
    return refuse("NotAuthorizedForSourceException", `Not authorized for the source ${source}.`);
  const detail = v.safeParse(DetailObject, parseOrUndefined(Detail));
  if (!detail.success) return refuse("MalformedDetail", "Detail is malformed.");
  const eventId = randomUUID();
  const busName = EventBusName.slice(EventBusName.lastIndexOf("/") + 1);
  const event = { eventId, busName, source, detailType, detail: detail.output, resources };
  for (const listener of listeners) listener(Time === undefined ? event : { ...event, time: Time * 1_000 });
  return { EventId: eventId };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: what counts, and the time as 14 bytes. */
function sizeOf({ Source, DetailType, Detail, Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((total, item) => total + Buffer.byteLength(item), Time === undefined ? 0 : 14);
}

function parseOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function failure(status: number, type: string, message: string): Answer {
  return { status, body: { __type: type, message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
