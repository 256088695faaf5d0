import type { CapacityMeter } from "../src/platforms/local/emulators/capacity-meter.ts";

/** What requests to DynamoDB cost: request units of on-demand tables, indexes included, and the sizes of items. */
export interface Units {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly bytesWritten: number;
}

/** Numbers of requests by operation. */
export type Calls = Readonly<Record<string, number>>;

/** Requests, and what those to DynamoDB cost. */
export interface Costs extends Units {
  readonly calls: Calls;
}

/** A request as it goes over the wire. */
export interface WireCall {
  readonly operation: string;
  /** The JSON that is sent. */
  readBody(): string;
}

/** Says whether a request is made once in the life of a workflow rather than for each of its steps. */
export type IsOncePerWorkflow = (call: WireCall) => boolean;

/** What a client's HTTP handler is to the recorder; the SDK's own types of it differ from client to client. */
interface HttpHandler {
  handle(request: { headers: Readonly<Record<string, string>>; body?: unknown }, options?: object): Promise<unknown>;
}

const noCosts: Costs = { calls: {}, writeUnits: 0, readUnits: 0, bytesWritten: 0 };

/**
 * Counts the requests of AWS clients below the SDK's retries, so that a retry counts as the call that it is.
 *
 * The meter belongs to the whole emulator, so a request's own units are its readings before and after it. Only those
 * of the requests made once per workflow are needed, and only while nothing overlaps with them can they be told.
 */
export class CallRecorder {
  readonly #meter: CapacityMeter;
  readonly #isOncePerWorkflow: IsOncePerWorkflow;
  readonly #onCall: (call: WireCall) => void;
  #from: Units;
  #once: Costs = noCosts;
  #perStepCalls: Calls = {};
  #begun = 0;
  #underWay = 0;
  #isOnceClear = true;

  /** `onCall` hears of every request before it is sent. */
  constructor(
    meter: CapacityMeter,
    isOncePerWorkflow: IsOncePerWorkflow,
    onCall: (call: WireCall) => void = () => undefined,
  ) {
    this.#meter = meter;
    this.#isOncePerWorkflow = isOncePerWorkflow;
    this.#onCall = onCall;
    this.#from = readUnits(meter);
  }

  /** For the `extensions` of a client's configuration. */
  get extension() {
    return {
      configure: (config: { httpHandler(): HttpHandler }): void => {
        const handler = config.httpHandler();
        const handle = handler.handle.bind(handler);
        handler.handle = (request, options) => this.#record(readCall(request), () => handle(request, options));
      },
    };
  }

  /** Begins again at zero. */
  reset(): void {
    this.#from = readUnits(this.#meter);
    this.#once = noCosts;
    this.#perStepCalls = {};
    this.#isOnceClear = true;
  }

  /** Requests by operation, those made once per workflow apart. */
  get calls(): { readonly once: Calls; readonly perStep: Calls } {
    return { once: this.#once.calls, perStep: this.#perStepCalls };
  }

  /** The units of everything that the emulator was asked, whoever asked. */
  get units(): Units {
    return subtractUnits(readUnits(this.#meter), this.#from);
  }

  /** Requests with their units; throws when others overlapped with those made once per workflow. */
  get costs(): { readonly once: Costs; readonly perStep: Costs } {
    if (!this.#isOnceClear) throw new TypeError("Requests overlapped: their units cannot be told apart");
    const perStep = { calls: this.#perStepCalls, ...subtractUnits(this.units, this.#once) };
    return { once: this.#once, perStep };
  }

  async #record<TResult>(call: WireCall, send: () => Promise<TResult>): Promise<TResult> {
    this.#onCall(call);
    const before = readUnits(this.#meter);
    const begunBefore = this.#begun;
    const isFirst = this.#underWay === 0;
    this.#begun += 1;
    this.#underWay += 1;
    try {
      return await send();
    } finally {
      this.#underWay -= 1;
      if (this.#isOncePerWorkflow(call)) {
        this.#isOnceClear &&= isFirst && this.#begun === begunBefore + 1;
        const units = subtractUnits(readUnits(this.#meter), before);
        this.#once = { calls: countCall(this.#once.calls, call), ...addUnits(this.#once, units) };
      } else {
        this.#perStepCalls = countCall(this.#perStepCalls, call);
      }
    }
  }
}

function countCall(calls: Calls, { operation }: WireCall): Calls {
  return { ...calls, [operation]: (calls[operation] ?? 0) + 1 };
}

/** What the meter has counted so far, index writes included. */
function readUnits(meter: CapacityMeter): Units {
  const { writeUnits, indexWriteUnits, readUnits, bytesWritten } = meter.read();
  return { writeUnits: writeUnits + indexWriteUnits, readUnits, bytesWritten };
}

/** Adds units. */
function addUnits(a: Units, b: Units): Units {
  return {
    writeUnits: a.writeUnits + b.writeUnits,
    readUnits: a.readUnits + b.readUnits,
    bytesWritten: a.bytesWritten + b.bytesWritten,
  };
}

/** What was spent between two readings. */
function subtractUnits(after: Units, before: Units): Units {
  return {
    writeUnits: after.writeUnits - before.writeUnits,
    readUnits: after.readUnits - before.readUnits,
    bytesWritten: after.bytesWritten - before.bytesWritten,
  };
}

/** Both services speak JSON and name the operation in `x-amz-target`, such as `DynamoDB_20120810.GetItem`. */
function readCall({ headers, body }: Parameters<HttpHandler["handle"]>[0]): WireCall {
  const operation = headers["x-amz-target"]?.split(".")[1];
  if (operation === undefined) throw new TypeError("A request names no operation");
  return { operation, readBody: () => readText(body) };
}

function readText(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  throw new TypeError("A request's body is not text");
}
