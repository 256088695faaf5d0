import type { EventBridgeClientConfig, PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { RefluxoError } from "../../engine/index.ts";
import type { EventPublisher, OutgoingEvent } from "../../ports/event-publisher.ts";
import { callService } from "./call-service.ts";
import { quickService } from "./client-limits.ts";

/** Entries that fail for now; every other code says that the bus will never take the entry. */
const passingCodes: readonly string[] = [
  "ThrottlingException",
  "InternalFailure",
  "InternalException",
  "ServiceUnavailable",
];

/** Failures of whole requests that a retry repeats. */
const lastingErrors: readonly string[] = ["ValidationException", "ResourceNotFoundException"];

/** Events on a bus of EventBridge. The client is loaded when it is first needed: most containers publish nothing. */
export class EventBridgePublisher implements EventPublisher {
  readonly #busName: string;
  readonly #config: EventBridgeClientConfig;
  #loaded: ReturnType<typeof load> | undefined;

  /** The bus by its name or ARN; the SDK's own configuration says where, when none is given. */
  constructor(busName: string, config: EventBridgeClientConfig = {}) {
    this.#busName = busName;
    this.#config = { ...quickService, ...config };
  }

  async publish({ source, detailType, detail }: OutgoingEvent): Promise<{ readonly eventId: string }> {
    const entry = {
      EventBusName: this.#busName,
      Source: source,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    };
    const { EventId, ErrorCode } = await callService("events:PutEvents", () => this.#put(entry));
    if (EventId !== undefined && ErrorCode === undefined) return { eventId: EventId };
    throw refusal(ErrorCode ?? "no entry in the answer");
  }

  /** The answer's one entry; the failure of a whole request that a retry would repeat counts as the entry's. */
  async #put(entry: PutEventsRequestEntry): Promise<PutEventsResultEntry> {
    this.#loaded ??= load(this.#config);
    const { client, PutEventsCommand } = await this.#loaded;
    try {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      return Entries[0] ?? {};
    } catch (error) {
      if (error instanceof Error && lastingErrors.includes(error.name)) return { ErrorCode: error.name };
      throw error;
    }
  }

  /** Closes the client's connections. */
  async close(): Promise<void> {
    (await this.#loaded)?.client.destroy();
  }
}

async function load(config: EventBridgeClientConfig) {
  const { EventBridgeClient, PutEventsCommand } = await import("./eventbridge.ts");
  return { client: new EventBridgeClient(config), PutEventsCommand };
}

/** The message of an entry that failed can quote it, so only the code goes further. */
function refusal(errorCode: string): RefluxoError {
  const isRetryable = passingCodes.includes(errorCode);
  const text = `EventBridge did not take the event: ${errorCode}`;
  return new RefluxoError(isRetryable ? "event.throttled" : "event.refused", text, { isRetryable });
}
