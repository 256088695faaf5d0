import type { WireCall } from "./call-recorder.ts";

/** What is billed of a run beside the table's units. */
export interface Traffic {
  readonly invocations: number;
  /** Messages that the function received. */
  readonly received: number;
  /** Messages that the function sent. */
  readonly sent: number;
  /** The function's sends, and the receives and deletes of its poller, as SQS bills them; receives of nothing apart. */
  readonly queueRequests: number;
}

/** SQS bills every 64 KB of a request's messages as a request. */
const billedBytes = 64 * 1024;

const noTraffic: Traffic = { invocations: 0, received: 0, sent: 0, queueRequests: 0 };

/** How many requests SQS bills for one that sends or receives these messages. */
export function billedRequests(bodies: readonly string[]): number {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  return Math.max(1, Math.ceil(bytes / billedBytes));
}

/** Counts the invocations of a function, its messages, and the requests to SQS that they cost. */
export class TrafficMeter {
  #traffic = noTraffic;

  /** Everything since the start or the last reset. */
  read(): Traffic {
    return this.#traffic;
  }

  /** Begins again at zero. */
  reset(): void {
    this.#traffic = noTraffic;
  }

  /** Counts a request of the function, if it sends messages. */
  countCall({ operation, readBody }: WireCall): void {
    if (operation !== "SendMessage" && operation !== "SendMessageBatch") return;
    const bodies = bodiesOf(readBody());
    this.#add({ sent: bodies.length, queueRequests: billedRequests(bodies) });
  }

  /** Counts the invocation for what one receive brought. */
  countInvocation(bodies: readonly string[]): void {
    this.#add({ invocations: 1, received: bodies.length, queueRequests: billedRequests(bodies) });
  }

  /** Counts requests that delete: their size does not matter. */
  countDeletes(requests: number): void {
    this.#add({ queueRequests: requests });
  }

  #add(more: Partial<Traffic>): void {
    const { invocations, received, sent, queueRequests } = this.#traffic;
    this.#traffic = {
      invocations: invocations + (more.invocations ?? 0),
      received: received + (more.received ?? 0),
      sent: sent + (more.sent ?? 0),
      queueRequests: queueRequests + (more.queueRequests ?? 0),
    };
  }
}

/** The casts are this reader's: the SDK has just written the request. */
function bodiesOf(request: string): readonly string[] {
  type Message = { readonly MessageBody: string };
  const sent = JSON.parse(request) as Message | { readonly Entries: readonly Message[] };
  return "Entries" in sent ? sent.Entries.map(({ MessageBody }) => MessageBody) : [sent.MessageBody];
}
