import type { Command } from "../../src/contracts/command.ts";
import type { TriggerBindings } from "../../src/contracts/trigger-bindings.ts";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import {
  createDispatcher,
  DefinitionCatalog,
  type Dispatcher,
  type DispatcherSettings,
  defaultSettings,
  type HandedOutSecrets,
  isWhole,
  type WorkflowView,
} from "../../src/dispatcher/index.ts";
import {
  type NodesDefinition,
  type Snapshot,
  StandardSchemaValidator,
  type TransformEngine,
} from "../../src/engine/index.ts";
import {
  type LogLine,
  MemoryBlobStore,
  MemoryLogger,
  MemoryStepQueue,
  MemoryTelemetry,
  MemoryWorkflowStore,
  parseReceived,
  SeededRandom,
  SimulatedClock,
} from "../../src/platforms/memory/index.ts";
import type { BlobStore } from "../../src/ports/blob-store.ts";
import type { ChildRecords } from "../../src/ports/child-records.ts";
import type { ResumeKey } from "../../src/ports/resume-keys.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";
import type { Telemetry } from "../../src/ports/telemetry.ts";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";

export type { LogLine };

interface HarnessOptions {
  readonly workflows: readonly WorkflowDefinition[];
  readonly nodes: NodesDefinition;
  readonly settings?: Partial<DispatcherSettings>;
  readonly globals?: unknown;
  readonly transformEngines?: readonly TransformEngine[];
  readonly handedOut?: HandedOutSecrets;
}

/** How long one simulated invocation may take, ms; the queue hides messages six times as long. */
export const functionTimeoutMs = 60_000;

/** Where the harness's dispatchers put large values. */
export const payloadBucket = "payloads";

/** Lambda, SQS and DynamoDB in memory around the real dispatcher, one new dispatcher ("container") per invocation. */
export class Harness {
  readonly clock = new SimulatedClock();
  readonly store = new MemoryWorkflowStore();
  readonly children = this.store.children;
  readonly queue = new MemoryStepQueue(this.clock, { visibilityMs: 6 * functionTimeoutMs });
  readonly blobs = new MemoryBlobStore();
  readonly lines: LogLine[] = [];
  readonly telemetry = new MemoryTelemetry();
  readonly keys = new Map<string, string>([["k1", "first secret of the tests, 32 bytes"]]);
  readonly random = new SeededRandom();
  currentKey = "k1";
  workflows: readonly WorkflowDefinition[];
  readonly #options: HarnessOptions;

  constructor(options: HarnessOptions) {
    this.#options = options;
    this.workflows = options.workflows;
  }

  /** A dispatcher in a fresh container; ports may be replaced to inject faults. */
  dispatcher(
    ports: {
      store?: WorkflowStore;
      children?: ChildRecords;
      queue?: StepQueue;
      blobs?: BlobStore;
      telemetry?: Telemetry;
    } = {},
  ): Dispatcher {
    const store = ports.store ?? this.store;
    const { nodes, settings, globals, handedOut, transformEngines } = this.#options;
    return createDispatcher({
      store,
      children: ports.children ?? this.children,
      queue: ports.queue ?? this.queue,
      blobs: ports.blobs ?? this.blobs,
      payloadBucket,
      clock: this.clock,
      random: this.random,
      resumeKeys: {
        current: async () => this.#key(this.currentKey) ?? Promise.reject(new Error("no current key")),
        find: async (id) => this.#key(id),
      },
      logger: new MemoryLogger(this.lines),
      telemetry: ports.telemetry ?? this.telemetry,
      definitions: new DefinitionCatalog(store, this.workflows, {
        nodeDefinitions: nodes,
        validator: new StandardSchemaValidator(),
        transformEngines,
        clock: () => this.clock.now(),
        random: () => this.random.fraction(),
      }),
      globals,
      ...(handedOut !== undefined && { handedOut }),
      settings: { ...defaultSettings, ...settings },
      records: { reader: this.store, eraser: this.store, blobEraser: this.blobs },
    });
  }

  /** An invocation that begins now. */
  invocation(by?: string) {
    return { deadlineAt: this.clock.now() + functionTimeoutMs, ...(by !== undefined && { by }) };
  }

  /** Carries out a command for somebody. */
  execute(command: Command, by?: string, dispatcher = this.dispatcher()) {
    return dispatcher.execute(command, this.invocation(by));
  }

  start(workflowId: string, definitionId: string, input: unknown = null, dispatcher = this.dispatcher()) {
    return dispatcher.execute({ type: "start", schemaVersion: 1, workflowId, definitionId, input }, this.invocation());
  }

  resume(
    workflowId: string,
    options: { token?: string; version?: number; payload?: unknown; isOperator?: boolean },
    dispatcher = this.dispatcher(),
  ) {
    const { payload = null, isOperator = options.token === undefined, ...rest } = options;
    const command = { type: "resume", schemaVersion: 1, workflowId, payload, isOperator, ...rest } as const;
    return dispatcher.execute(command, this.invocation());
  }

  cancel(workflowId: string, dispatcher = this.dispatcher()) {
    return dispatcher.execute({ type: "cancel", schemaVersion: 1, workflowId }, this.invocation());
  }

  step(workflowId: string, version: number, dispatcher = this.dispatcher()) {
    return dispatcher.execute({ type: "step", schemaVersion: 1, workflowId, version }, this.invocation());
  }

  /** The workflow as a caller sees it; throws when there is none, or it is too large to see whole. */
  async view(workflowId: string): Promise<WorkflowView & Snapshot> {
    const outcome = await this.dispatcher().execute({ type: "get", workflowId }, this.invocation());
    if (outcome.type !== "snapshot" || !isWhole(outcome.workflow))
      throw new Error(`${workflowId}: ${JSON.stringify(outcome)}`);
    return outcome.workflow;
  }

  /** Parses bodies as one SQS batch and dispatches it; returns the settled results. */
  dispatch(bodies: readonly string[], dispatcher = this.dispatcher()) {
    const records = bodies.map((body, index) => {
      return { messageId: `m${index}`, receiptHandle: `r${index}`, body, receiveCount: 1 };
    });
    return dispatcher.dispatchBatch(parseReceived(records), this.invocation());
  }

  /** One poll: receives up to ten messages, dispatches them, deletes the fulfilled ones. Returns how many it received. */
  async poll(dispatcher = this.dispatcher()): Promise<number> {
    const received = this.queue.receive(10);
    if (received.length === 0) return 0;
    const results = await dispatcher.dispatchBatch(parseReceived(received), this.invocation());
    for (const [index, message] of received.entries()) {
      if (results[index]?.status === "fulfilled") this.queue.delete(message.receiptHandle);
    }
    return received.length;
  }

  /** Polls until nothing is visible. */
  async drain(limit = 5000): Promise<void> {
    for (let polls = 0; polls < limit; polls += 1) if ((await this.poll()) === 0) return;
    throw new Error(`The queue was not empty after ${limit} polls`);
  }

  /** Drains, moving time on to the next visible message, until the queue is empty or the given time has passed. */
  async run(forMs = 24 * 3600 * 1000): Promise<void> {
    const until = this.clock.now() + forMs;
    for (;;) {
      await this.drain();
      const next = Math.min(...this.queue.messages.map(({ visibleAt }) => visibleAt));
      if (!(next <= until)) return;
      this.clock.advanceTo(next);
    }
  }

  #key(id: string): ResumeKey | undefined {
    const secret = this.keys.get(id);
    return secret === undefined ? undefined : { id, secret };
  }
}

export const noBindings: TriggerBindings = { objectCreated: [], schedules: [] };

/** A body of our own format. */
export function body(message: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ schemaVersion: 1, ...message });
}
