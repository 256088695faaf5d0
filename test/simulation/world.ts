import {
  MemoryBlobStore,
  MemoryStepQueue,
  MemoryWorkflowStore,
  SeededRandom,
  SimulatedClock,
} from "../../src/platforms/memory/index.ts";
import { addChildren } from "./add-children.ts";
import { addErrors } from "./add-errors.ts";
import { type Caller, describeCaller } from "./callers.ts";
import { checkOutbox } from "./check-outbox.ts";
import { Container, type ContainerOptions, functionTimeoutMs } from "./container.ts";
import type { CallFault, Coverage } from "./faults.ts";
import { Gate, type Process } from "./gate.ts";
import { Ledger } from "./ledger.ts";
import { parseLikeTriggers, parseRecordsLikeTriggers } from "./parse-like-triggers.ts";
import { PastStates } from "./past-states.ts";
import { createPrng, type Prng } from "./prng.ts";
import { randomDefinition, redeploy, type SimulatedDefinition } from "./random-definition.ts";

/** When every simulated world begins: past any real time that a library might compare with, epoch ms. */
const beginsAt = Date.UTC(2100, 0, 1);

/** How many of the worlds have child workflows. */
const childrenShare = 0.05;

/** How many of the worlds go on after a step, and the most steps of one message. */
const continuingShare = 0.4;
const mostSteps = 25;
/** In how many of the worlds messages carry their workflow, and how much at most: enough for some and too little for others. */
const carryingShare = 0.4;
const mostCarriedBytes = 4_000;

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly hasSweeper: boolean;
  /** The most nodes of one workflow. */
  readonly maxNodes: number;
  /** Which worlds have child workflows; every seed decides for itself when absent. */
  readonly children?: "all" | "none";
  /** How many steps a message may run (StepsPerInvocation); every seed decides for itself when absent. */
  readonly steps?: number;
  /** Whether messages carry their workflow; every seed decides for itself when absent. */
  readonly carries?: boolean;
  /** The most that a container's clock is wrong, ms; two of them together stay within the claims' grace. */
  readonly maxSkewMs: number;
  readonly isTraced: boolean;
  readonly coverage: Coverage;
}

/** Lambda, SQS and DynamoDB in memory around real dispatchers; what happens next is for others to say. */
export class World {
  readonly options: WorldOptions;
  readonly clock = new SimulatedClock(beginsAt);
  readonly store = new MemoryWorkflowStore();
  readonly children = this.store.children;
  /** What eventually consistent reads show. */
  readonly past: PastStates;
  readonly blobs = new MemoryBlobStore();
  readonly queue = new MemoryStepQueue(this.clock, { visibilityMs: 6 * functionTimeoutMs, maxReceiveCount: 20 });
  readonly ledger = new Ledger();
  readonly coverage: Coverage;
  /** For the jitter of retries. */
  readonly random: SeededRandom;
  readonly trace: string[] = [];
  readonly workflowIds: readonly string[];
  /** Per deployment, older first. */
  readonly deployments: readonly (readonly SimulatedDefinition[])[];
  /** Whether values are large enough here to go to the payload bucket. */
  readonly isBulky: boolean;
  readonly gate = new Gate({
    onKill: (process) => this.kill(process, "crash"),
    now: () => this.clock.now(),
  });
  /** Whether some of its workflows have children. */
  readonly hasChildren: boolean;
  /** How many steps a message may run; a deployment before the newest does not go on. */
  readonly steps: number;
  /** How much of its workflow a message may carry, bytes. */
  readonly carriedStateBytes: number;
  /** Callers that are not answered yet. */
  readonly callers = new Set<Caller>();
  readonly bodies: string[] = [];
  readonly garbage = new Set<string>();
  /** How much happened that may make a message twice. */
  disturbances = 0;
  faultsLeft: number;
  containers: Container[] = [];
  #names = 0;
  #tokens = 0;

  constructor(options: WorldOptions) {
    const prng = createPrng(options.seed ^ 0x5eed);
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.coverage = options.coverage;
    const onOld = () => this.coverage.countWorld("old read");
    this.past = new PastStates(this.store, createPrng(options.seed ^ 0x01d5), onOld);
    this.ledger.now = () => this.clock.now();
    this.ledger.happens = (fault) => this.coverage.countWorld(fault);
    const size = prng.chance(0.75) ? 1 : 2 + prng.below(prng.chance(0.2) ? 4 : 1);
    this.workflowIds = Array.from({ length: size }, (_, index) => `w${index}`);
    // Streams of their own, so that what they add leaves all other worlds as they were.
    const errors = createPrng(options.seed ^ 0xe770);
    const hasErrors = errors.chance(0.3);
    const parents = this.workflowIds.map((_, index) => {
      const definition = randomDefinition(`d${index}`, prng, options);
      return hasErrors ? addErrors(definition, errors, options) : definition;
    });
    const childPrng = createPrng(options.seed ^ 0xc41d);
    const isDrawn = childPrng.chance(childrenShare);
    this.hasChildren = options.children === undefined ? isDrawn : options.children === "all";
    const definitions = this.hasChildren ? addChildren(parents, childPrng, options) : parents;
    this.deployments = prng.chance(0.2) ? [definitions, definitions.map(redeploy)] : [definitions];
    const stepsPrng = createPrng(options.seed ^ 0x57e9);
    const drawn = stepsPrng.chance(continuingShare) ? 2 + stepsPrng.below(mostSteps - 1) : 1;
    this.steps = options.steps ?? drawn;
    const carries = stepsPrng.chance(carryingShare);
    this.carriedStateBytes = (options.carries ?? carries) ? mostCarriedBytes : 0;
    this.isBulky = JSON.stringify(definitions).includes("isBulky");
    this.faultsLeft = prng.below(12) + (this.hasChildren ? 6 + childPrng.below(8) : 0);
  }

  /** Seconds since the beginning, for people. */
  since(at: number): string {
    return `${(at - beginsAt) / 1000}s`;
  }

  note(line: () => string): void {
    if (this.options.isTraced) this.trace.push(`${this.since(this.clock.now())} ${line()}`);
  }

  nextToken(): string {
    this.#tokens += 1;
    return `claim-${this.#tokens}`;
  }

  get busy(): readonly Container[] {
    return this.containers.filter(({ deadlineAt }) => deadlineAt !== undefined);
  }

  /** Whether a caller waits for an answer about a workflow. */
  isAsked(workflowId: string): boolean {
    for (const caller of this.callers) if (caller.workflowId === workflowId) return true;
    return false;
  }

  /** An idle container, or a new one of the newest deployment with a true clock; with randomness, any. */
  container(prng?: Prng): Container {
    const idle = this.containers.filter(({ deadlineAt }) => deadlineAt === undefined);
    const known = prng === undefined ? idle[0] : idle[prng.below(idle.length)];
    if (known !== undefined && !prng?.chance(0.4)) return known;
    const { maxSkewMs } = this.options;
    const skewMs = prng?.chance(0.5) ? prng.below(2 * maxSkewMs + 1) - maxSkewMs : 0;
    if (skewMs !== 0) this.coverage.countWorld("clock skew");
    const deployment = prng === undefined ? this.deployments.length - 1 : prng.below(this.deployments.length);
    if (deployment < this.deployments.length - 1) this.coverage.countWorld("older deployment");
    const stepsPerInvocation = deployment === this.deployments.length - 1 ? this.steps : 1;
    const definitions = this.deployments[deployment] ?? [];
    const { carriedStateBytes } = this;
    return this.#create({ name: `p${++this.#names}`, definitions, skewMs, stepsPerInvocation, carriedStateBytes });
  }

  #create(options: ContainerOptions): Container {
    const container = new Container(this, options);
    this.containers.push(container);
    for (const definition of options.definitions) {
      const loaded = container.catalog.current(definition.id);
      if (loaded !== undefined) this.ledger.definitions.set(loaded.hash, definition);
    }
    const { name, skewMs } = options;
    this.note(() => `${name} begins${skewMs === 0 ? "" : `, its clock is wrong by ${skewMs} ms`}`);
    return container;
  }

  /** Ends a process at once; its caller, if any, hears nothing. */
  kill(process: Process, why: string): void {
    if (process.isDead) return;
    process.isDead = true;
    this.disturbances += 1;
    this.gate.forget(process);
    this.containers = this.containers.filter((container) => container !== process);
    for (const caller of this.callers) if (caller.process === process) this.#fail(caller);
    this.note(() => `${process.name} dies: ${why}`);
  }

  /** A version that was claimed before runs alone: nobody else may die with it (DESIGN 4, poison). */
  checkRunsAlone(container: Container, workflowId: string): void {
    const beside = this.gate.pending.find((pending) => pending.process === container && !pending.isAbandoned);
    if (beside === undefined) return;
    this.ledger.violate(`I17: a step of ${workflowId} runs again, beside ${beside.call} ${beside.note()}`);
  }

  /** Lets one pending operation go on, with a fault or without. */
  perform(index: number, fault?: CallFault): void {
    const operation = this.gate.take(index);
    if (operation === undefined) return;
    const { process, call, note, isAnswer } = operation;
    this.coverage.countCall(call, fault ?? "none");
    if (fault !== undefined) this.disturbances += 1;
    this.note(() => `${process.name} ${call} ${note()}${isAnswer ? " (answer)" : ""}${fault ? ` — ${fault}` : ""}`);
    operation.perform(fault);
  }

  /** How many messages may be alive for each workflow, or follow from one that is there twice. */
  get #perWorkflow(): number {
    let lanes = 0;
    for (const { plan } of this.ledger.children.pauses.values()) lanes = Math.max(lanes, plan.lanes);
    return 2 * (1 + lanes);
  }

  /** Receives messages and dispatches them in one invocation; false when none is visible. */
  poll(maxMessages: number, prng?: Prng): boolean {
    const messages = this.queue.messages.length;
    // One alive per workflow and disturbance, each beside its source that is not acknowledged yet.
    const bound = this.#perWorkflow * (this.workflowIds.length + this.disturbances);
    if (messages > bound) this.ledger.violate(`I13: ${messages} messages after ${this.disturbances} disturbances`);
    const received = this.queue.receive(maxMessages, prng && (() => prng.chance(0.6)));
    if (received.length === 0) return false;
    if (prng !== undefined) this.coverage.countWorld("reordered receive");
    const container = this.container(prng);
    this.note(() => `${container.name} receives ${received.map(({ body }) => body).join(" ")}`);
    const records = received.map(({ receiveCount, ...message }) => ({
      ...message,
      attributes: { ApproximateReceiveCount: String(receiveCount) },
      eventSource: "aws:sqs",
    }));
    container.received = received.map(({ receiptHandle }) => receiptHandle);
    container.dispatcher
      .dispatchBatch(parseRecordsLikeTriggers(records), container.begin())
      .then((results) => {
        const done = received.filter((_, index) => results[index]?.status === "fulfilled");
        return this.#acknowledge(container, done);
      })
      .catch((error: unknown) => this.ledger.violate(`I17: a batch threw ${error}`));
    return true;
  }

  async #acknowledge(container: Container, done: readonly { receiptHandle: string; body: string }[]): Promise<void> {
    const make = async () => {
      for (const { receiptHandle } of done) this.queue.delete(receiptHandle);
      for (const { body } of done) if (!this.garbage.has(body)) checkOutbox(this, container, body);
    };
    const note = () => done.map(({ receiptHandle }) => receiptHandle).join(" ");
    // An acknowledgement that fails is no error of the dispatcher's: its messages come again.
    await container.pass("queue.delete", note, { make }).catch(() => undefined);
    container.end();
  }

  /** One run of the sweeper. */
  sweep(prng?: Prng): void {
    const container = this.container(prng);
    this.note(() => `${container.name} sweeps`);
    this.disturbances += Math.max(this.workflowIds.length, this.ledger.workflows.size);
    container.isSweeping = true;
    container.dispatcher.sweep(container.begin()).then(
      () => container.end(),
      () => container.end(),
    );
  }

  /** A caller sends its request, for the first time or again. */
  call(caller: Caller, prng?: Prng): void {
    this.disturbances += 1;
    this.callers.add(caller);
    const container = this.container(prng);
    caller.process = container;
    this.note(() => `${container.name} is asked to ${describeCaller(caller)}`);
    const parsed = parseLikeTriggers(caller.event);
    const command =
      parsed.type === "http" ? parsed.command : parsed.type === "commands" ? parsed.commands[0] : undefined;
    if (command === undefined) throw new Error("A caller's event was parsed to no command");
    container.dispatcher.execute(command, container.begin()).then(
      (outcome) => {
        this.callers.delete(caller);
        this.note(() => `${container.name} answers ${JSON.stringify(outcome)}`);
        caller.onAnswer(outcome);
        container.end();
      },
      () => {
        this.#fail(caller);
        container.end();
      },
    );
  }

  #fail(caller: Caller): void {
    caller.process = undefined;
    if (caller.givesUp) {
      this.callers.delete(caller);
      this.coverage.countWorld("caller gives up");
    }
  }

  /** Puts a body on the queue, as another system would. */
  enqueue(body: string): void {
    this.disturbances += 1;
    this.note(() => `the queue gets ${body}`);
    this.queue.sendBody(body);
  }

  /** Moves time on; whatever is past its deadline is killed, unless it is frozen. */
  advanceTo(at: number): void {
    this.clock.advanceTo(at);
    this.note(() => "is the time");
    for (const container of this.busy) {
      if (container.isFrozen || (container.deadlineAt ?? at) > at) continue;
      this.coverage.countWorld("killed at its deadline");
      this.kill(container, "its time is over");
    }
  }
}
