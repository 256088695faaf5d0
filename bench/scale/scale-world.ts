import {
  createDispatcher,
  createSweeper,
  DefinitionCatalog,
  type Dispatcher,
  defaultSettings,
  type Sweeper,
} from "../../src/dispatcher/index.ts";
import {
  MemoryBlobStore,
  MemoryStepQueue,
  MemoryWorkflowStore,
  parseReceived,
  type ReceivedMessage,
  SeededRandom,
  SimulatedClock,
} from "../../src/platforms/memory/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { StepEnded } from "../../src/ports/telemetry.ts";
import { Capacity } from "./capacity.ts";
import { drawLatency, type Latency } from "./draw-latency.ts";
import { type AccountPool, EventSource } from "./event-source.ts";
import { ModelledQueue, type QueueLatencies } from "./modelled-queue.ts";
import { ModelledService } from "./modelled-service.ts";
import { ModelledStore, type StoreLatencies } from "./modelled-store.ts";
import type { Quotas } from "./quotas.ts";
import { createScaleNodes, scaleWorkflow } from "./scale-workflow.ts";

/** How long everything takes. */
export interface Latencies extends StoreLatencies, QueueLatencies {
  /** Until a function that is there begins. */
  readonly invoke: Latency;
  /** Until one that is not there begins. */
  readonly coldStart: Latency;
  readonly node: Latency;
  /** What a container's CPU has to do for each call, ms. */
  readonly cpuPerCallMs: number;
}

/** What a world is made of; its quotas are those of a deployment that is `scale` times smaller. */
export interface ScaleWorldOptions {
  readonly seed: number;
  readonly quotas: Quotas;
  readonly scale: number;
  readonly latencies: Latencies;
  readonly stepsPerInvocation: number;
  /** Told of each committed step. */
  readonly onStep: (step: StepEnded) => void;
}

/** As in the template: Timeout of the dispatcher and the sweeper, VisibilityTimeout of the queue. */
const dispatcherTimeoutMs = 60_000;
const sweeperTimeoutMs = 50_000;
const visibilityMs = 360_000;
const resumeKey = { id: "k1", secret: "the resume key of the scale model, 32 b" };

const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** One container of a function: its dispatcher, and the services as it sees them. */
interface Container {
  readonly dispatcher: Dispatcher;
  readonly service: ModelledService;
}

/** Real dispatchers and a real sweeper over memory ports that take their time and are throttled. */
export class ScaleWorld {
  readonly clock = new SimulatedClock();
  readonly store = new MemoryWorkflowStore();
  readonly queue = new MemoryStepQueue(this.clock, { visibilityMs });
  readonly capacity: Capacity;
  readonly source: EventSource;
  readonly pool: AccountPool;
  /** The most executions of all functions at a time. */
  mostRunning = 0;
  readonly #options: ScaleWorldOptions;
  readonly #random: SeededRandom;
  readonly #idle: Container[] = [];
  readonly #idleApi: Container[] = [];

  constructor(options: ScaleWorldOptions) {
    const { quotas, scale, seed } = options;
    this.#options = options;
    this.#random = new SeededRandom(seed);
    this.capacity = new Capacity(quotas, () => this.clock.now());
    this.pool = { running: 0, limit: quotas.accountConcurrency };
    const { clock, queue, pool } = this;
    const invoke = (messages: readonly ReceivedMessage[]) => this.#dispatch(messages);
    this.source = new EventSource({ clock, queue, quotas, scale, pool, visibilityMs, invoke });
  }

  /** Starts a workflow as ApiFunction does; false when it was refused or throttled. */
  async start(workflowId: string): Promise<boolean> {
    if (this.pool.running >= this.pool.limit) return false;
    this.#enter();
    const command = {
      type: "start",
      schemaVersion: 1,
      workflowId,
      definitionId: scaleWorkflow.id,
      input: null,
    } as const;
    const container = await this.#open(this.#idleApi);
    try {
      const deadlineAt = this.clock.now() + dispatcherTimeoutMs;
      return (await container.dispatcher.execute(command, { deadlineAt })).type === "started";
    } catch {
      return false;
    } finally {
      this.#idleApi.push(container);
      this.pool.running -= 1;
      this.source.notifyFree();
    }
  }

  /**
   * A sweeper of this world. There is one however large a deployment is, so it is slowed down by the scale: it then does
   * to a smaller world what the real one does to a real one.
   */
  createSweeper(): Sweeper {
    const { scale, latencies, quotas } = this.#options;
    const service = this.#serviceFor(scale);
    const store = new ModelledStore(this.store, service, latencies, quotas.indexShards);
    return createSweeper({
      store,
      queue: this.#queueOver(service),
      clock: this.clock,
      logger: silentLogger,
      definitions: this.#catalog(store, service),
      settings: defaultSettings,
    });
  }

  /** One invocation of a sweeper, which begins now. */
  sweep(sweeper: Sweeper) {
    return sweeper.sweep({ deadlineAt: this.clock.now() + sweeperTimeoutMs });
  }

  #enter(): void {
    this.pool.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.pool.running);
  }

  async #dispatch(messages: readonly ReceivedMessage[]): Promise<PromiseSettledResult<void>[]> {
    this.mostRunning = Math.max(this.mostRunning, this.pool.running);
    const container = await this.#open(this.#idle);
    const deadlineAt = this.clock.now() + dispatcherTimeoutMs;
    const results = await container.dispatcher.dispatchBatch(parseReceived(messages), { deadlineAt });
    this.#idle.push(container);
    return results;
  }

  /** A container that has nothing to do, or a new one, after as long as its start takes. */
  async #open(idle: Container[]): Promise<Container> {
    const { latencies } = this.#options;
    const known = idle.pop();
    const container = known ?? this.#createContainer();
    await container.service.sleep(
      drawLatency(known === undefined ? latencies.coldStart : latencies.invoke, this.#random),
    );
    return container;
  }

  #createContainer(): Container {
    const { latencies, quotas, stepsPerInvocation, onStep } = this.#options;
    const service = this.#serviceFor(1);
    const store = new ModelledStore(this.store, service, latencies, quotas.indexShards);
    const dispatcher = createDispatcher({
      store,
      children: this.store.children,
      queue: this.#queueOver(service),
      blobs: new MemoryBlobStore(),
      payloadBucket: "payloads",
      clock: this.clock,
      random: this.#random,
      resumeKeys: { current: async () => resumeKey, find: async () => resumeKey },
      logger: silentLogger,
      telemetry: { stepEnded: onStep, workflowEnded: () => undefined },
      definitions: this.#catalog(store, service),
      globals: {},
      settings: { ...defaultSettings, stepsPerInvocation },
    });
    return { dispatcher, service };
  }

  #catalog(store: ModelledStore, service: ModelledService): DefinitionCatalog {
    const work = () => service.sleep(drawLatency(this.#options.latencies.node, this.#random));
    return new DefinitionCatalog(store, [scaleWorkflow], {
      nodeDefinitions: createScaleNodes(work),
      clock: () => this.clock.now(),
      random: () => this.#random.fraction(),
    });
  }

  #queueOver(service: ModelledService): ModelledQueue {
    const { clock, queue } = this;
    const { latencies } = this.#options;
    return new ModelledQueue({ clock, queue, service, latencies, random: this.#random, source: () => this.source });
  }

  #serviceFor(slowdown: number): ModelledService {
    const { cpuPerCallMs } = this.#options.latencies;
    const { clock, capacity } = this;
    return new ModelledService({ clock, random: this.#random, capacity, cpuPerCallMs, slowdown });
  }
}
