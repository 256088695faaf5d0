import { AsyncLocalStorage } from "node:async_hooks";
import {
  createDispatcher,
  DefinitionCatalog,
  type Dispatcher,
  type DispatcherSettings,
  defaultSettings,
  prepareOnce,
} from "../../src/dispatcher/index.ts";
import type { NodeDefinition, NodesDefinition, StepContext } from "../../src/engine/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import {
  behave,
  bulkBytes,
  bulkOf,
  detachedSuffix,
  type NodePlan,
  plannedFailure,
  retryPolicies,
  seenOf,
  type Told,
} from "./behaviour.ts";
import type { JoinedRun } from "./fan-out.ts";
import type { PortCall } from "./faults.ts";
import { type Call, injectedError, type Process } from "./gate.ts";
import { guardedBlobs, guardedChildren, guardedQueue, guardedStore } from "./guarded-ports.ts";
import type { SimulatedDefinition } from "./random-definition.ts";
import type { World } from "./world.ts";

/** How long one simulated invocation may take, ms; the queue hides messages six times as long. */
export const functionTimeoutMs = 60_000;

/** Where large values go. */
export const payloadBucket = "payloads";
/** Production's, but for a threshold that the small values of the simulation can pass. */
const settings: DispatcherSettings = { ...defaultSettings, inlineValueBytes: bulkBytes };
const resumeKey = { id: "k1", secret: "CANARY secret of the simulation, 32 bytes" };
const noNote = () => "";
/** The containers of a world run the same definitions. */
const prepared = prepareOnce();
/** What a node does in the name of its step: it may go on past that, and then nothing that it does counts. */
const stepSignal = new AsyncLocalStorage<AbortSignal>();
const never = () => new Promise<never>(() => undefined);

/** What a new container runs, and how wrong its clock is. */
export interface ContainerOptions {
  readonly name: string;
  readonly definitions: readonly SimulatedDefinition[];
  /** Added to the true time, ms. */
  readonly skewMs: number;
  readonly stepsPerInvocation: number;
  readonly carriedStateBytes: number;
}

/** One Lambda execution environment around the real dispatcher: it serves one invocation after the other until it dies. */
export class Container implements Process {
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly catalog: DefinitionCatalog;
  readonly skewMs: number;
  readonly #world: World;
  /** The signal of the step that makes a resume token: it asks for the key in the same turn. */
  #askingSignal: AbortSignal | undefined;
  isDead = false;
  isStepBroken = false;
  /** Whether it goes on past its deadline, as a paused process that wakes up late. */
  isFrozen = false;
  /** Epoch ms by the true time at which the invocation under way ends; undefined while idle. */
  deadlineAt: number | undefined;
  isSweeping = false;
  /** How many transitions were committed by anybody when the invocation under way began. */
  begunAt = 0;
  /** The receipt handles that the invocation under way works on. */
  received: readonly string[] = [];

  constructor(world: World, { name, definitions, skewMs, ...own }: ContainerOptions) {
    this.name = name;
    this.skewMs = skewMs;
    this.#world = world;
    const store = guardedStore(world, this);
    this.catalog = new DefinitionCatalog(store, definitions, {
      nodeDefinitions: this.#nodes(),
      clock: () => this.now(),
      random: () => world.random.fraction(),
      prepare: prepared,
    });
    this.dispatcher = createDispatcher({
      store,
      children: guardedChildren(world, this),
      queue: guardedQueue(world, this),
      blobs: guardedBlobs(world, this),
      payloadBucket,
      clock: {
        now: () => this.now(),
        schedule: (delayMs, callback) => {
          if (!this.isStepBroken) return world.clock.schedule(delayMs, callback);
          this.isStepBroken = false;
          throw injectedError("the step function");
        },
      },
      random: { token: () => world.nextToken(), fraction: () => world.random.fraction() },
      resumeKeys: {
        current: () => {
          const signal = this.#askingSignal;
          return this.pass("keys.current", noNote, { make: async () => resumeKey, ...(signal && { signal }) });
        },
        find: (id) => {
          const make = async () => (id === resumeKey.id ? resumeKey : undefined);
          return this.pass("keys.find", () => id, { make });
        },
      },
      logger: this.#logger(),
      definitions: this.catalog,
      globals: undefined,
      settings: { ...settings, ...own },
    });
  }

  /** Epoch ms by this container's own clock. */
  now(): number {
    return this.#world.clock.now() + this.skewMs;
  }

  /** Begins an invocation; its deadline is in the container's own time. */
  begin(): { readonly deadlineAt: number } {
    this.deadlineAt = this.#world.clock.now() + functionTimeoutMs;
    this.begunAt = this.#world.ledger.commits;
    this.isFrozen = false;
    return { deadlineAt: this.deadlineAt + this.skewMs };
  }

  /** The invocation is over; the container is idle. */
  end(): void {
    this.deadlineAt = undefined;
    this.isSweeping = false;
    this.received = [];
  }

  /** Stops a port call until the scheduler lets it go on. */
  pass<T>(call: PortCall, note: () => string, how: Call<T>): Promise<T> {
    const signal = how.signal ?? stepSignal.getStore();
    return this.#world.gate.pass(this, call, note, signal === undefined ? how : { ...how, signal });
  }

  #nodes(): NodesDefinition {
    const handles = ["on", "side", "again"];
    const executor: NodeDefinition<NodePlan>["executor"] = async (plan, context, payload, _globals, step) => {
      if (step === undefined) throw new Error("There is no step context");
      const { workflowId, version, attempt, attemptKey } = step;
      const now = this.now();
      const claims = Number(attemptKey.slice(attemptKey.lastIndexOf("#") + 1));
      this.#world.ledger.ran(this, workflowId, version);
      const results = Object.values(context);
      const seen = results.reduce((sum, { length }) => sum + length, 0);
      const bulk = results.flat().reduce((sum, { output }) => sum + bulkOf(output), bulkOf(step.input));
      const visit = (context[plan.id] ?? []).filter(({ error }) => error === undefined).length;
      if (claims > 1) this.#world.checkRunsAlone(this, workflowId);
      if (claims <= (plan.kills ?? 0)) {
        this.#world.coverage.countWorld("kill inside a node");
        this.#world.kill(this, "its node killed it");
        return never();
      }
      this.#askingSignal = step.signal;
      if (plan.asks?.isMailed) this.#world.ledger.mailed(workflowId, version + 1, await step.resumeToken());
      const isSocial = plan.detaches !== undefined || step.joined !== undefined;
      const workWithOthers = () => this.#workWithOthers(plan, step, visit);
      const joined = isSocial ? await stepSignal.run(step.signal, workWithOthers) : undefined;
      const { signal } = step;
      await this.pass("node", () => `${workflowId}#${version}`, { make: async () => undefined, signal });
      const outcome = behave(plan, { visit, attempt, payload, seen, bulk, now, joined, told: toldBy(step) });
      if (outcome === "throws") throw new Error(plannedFailure);
      return outcome;
    };
    return {
      work: { retryPolicy: retryPolicies.work, handles, executor },
      patient: { retryPolicy: retryPolicies.patient, handles, executor },
      once: { retryPolicy: retryPolicies.once, handles, executor },
    };
  }

  /** Starts the workflow that nobody waits for, and reads how the children ended that the node waited for. */
  async #workWithOthers(plan: NodePlan, step: StepContext, visit: number): Promise<JoinedRun | undefined> {
    const { joined, workflowId } = step;
    if (plan.detaches !== undefined) {
      const id = await step.startWorkflow?.(plan.detaches);
      const isRight = id === workflowId + detachedSuffix(plan.id, visit, toldBy(step).undoKey);
      if (!isRight) this.#world.ledger.violate(`I14: a node of ${workflowId} started ${id}`);
    }
    if (joined === undefined) return undefined;
    const { isEarly = false, failed } = joined;
    const collected = isEarly ? undefined : await step.collectChildren?.();
    return { isEarly, failed, results: collected !== undefined && "results" in collected ? collected.results : [] };
  }

  #logger(): Logger {
    const log: Logger["error"] = (message, fields, error) => {
      this.#world.ledger.logged(message, fields);
      if (error !== undefined) this.#world.note(() => `${this.name} logs ${message}: ${error}`);
    };
    const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
    return logger;
  }
}

function toldBy({ caughtError, compensates, stepKey, workflowId }: StepContext): Told {
  const undone = seenOf(compensates?.output);
  return {
    ...(caughtError && { caught: `${caughtError.nodeId} ${caughtError.code} ${caughtError.attempts}` }),
    ...(compensates && { undoKey: stepKey.slice(workflowId.length) }),
    ...(undone !== undefined && { undone }),
  };
}
