import {
  createDispatcher,
  DefinitionCatalog,
  type Dispatcher,
  defaultSettings,
  HandedOutSecrets,
  type Invocation,
  RedactingLogger,
} from "../dispatcher/index.ts";
import { type NodesDefinition, StandardSchemaValidator, type StepContext } from "../engine/index.ts";
import { ExpressionEngine } from "../expressions/index.ts";
import { given } from "../nodes/index.ts";
import { guardPort, MemoryLogger } from "../platforms/memory/index.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { CallSubject, CrashGate, Mortal } from "./crash-gate.ts";
import type { EffectRecorder } from "./effects.ts";
import { runPlanned } from "./run-fake.ts";
import { payloadBucket, testGlobals } from "./test-globals.ts";
import type { PlannedNode } from "./test-plan.ts";
import type { TestServices } from "./test-services.ts";

/** How long one invocation may take, ms: the deployed function's; the queue hides messages six times as long. */
export const functionTimeoutMs = 60_000;

/** How many turns of its promises a process is given to do what it can do: many more than the dispatcher has in a row. */
const turnsToRest = 2_000;

const resumeKey = { id: "k1", secret: "a secret of the test kit, 32 bytes" };

/** What an invocation is made with. */
export interface Invoked {
  readonly process: TestProcess;
  readonly dispatcher: Dispatcher;
  readonly invocation: Invocation;
}

/** What became of an invocation. */
export type InvocationResult<T> = { readonly type: "done"; readonly value: T } | { readonly type: "died" };

/** One execution environment around the real dispatcher: every call that leaves it passes the gate, until it dies. */
export class TestProcess implements Mortal {
  isDead = false;
  /** Whether it dies, or has died, at the gate. */
  isDoomed = false;
  readonly #dispatcher: Dispatcher;
  readonly #services: TestServices;
  readonly #gate: CrashGate;
  readonly #death = Promise.withResolvers<{ readonly type: "died" }>();

  constructor(services: TestServices, gate: CrashGate) {
    this.#services = services;
    this.#gate = gate;
    const { store, queue, values, objects, clock, random, plan } = services;
    const { options } = plan;
    const guarded = this.#guard("store", services.observedStore);
    const blobs = this.#guard<BlobStore>("objects", objects);
    const handedOut = new HandedOutSecrets();
    const globals =
      typeof options.globals === "function" ? options.globals({ effects: this.#recorder() }) : options.globals;
    this.#dispatcher = (options.createDispatcher ?? createDispatcher)({
      store: guarded,
      children: this.#guard("children", store.children),
      queue: this.#guard("queue", queue),
      blobs: this.#guard<BlobStore>("blobs", values),
      payloadBucket,
      clock,
      random,
      resumeKeys: { current: async () => resumeKey, find: async (id) => (id === resumeKey.id ? resumeKey : undefined) },
      logger: new RedactingLogger(new MemoryLogger(services.lines), handedOut),
      definitions: new DefinitionCatalog(guarded, plan.definitions, {
        validator: new StandardSchemaValidator(),
        transformEngines: [new ExpressionEngine({ clock: () => clock.now(), texts: plan.texts })],
        ...options.engine,
        nodeDefinitions: this.#nodeTypes(),
        clock: () => clock.now(),
        random: () => random.fraction(),
        prepare: plan.prepare,
      }),
      globals: { ...testGlobals({ blobs, secrets: options.secrets ?? {}, clock, handedOut }), ...globals },
      handedOut,
      settings: { ...defaultSettings, ...options.settings },
      records: { reader: store, eraser: store, blobEraser: values },
    });
  }

  /** Ends the process as soon as it only waits: whoever waits for it learns no more than that. */
  async doom(): Promise<void> {
    this.isDoomed = true;
    for (let turns = 0; turns < turnsToRest; turns += 1) await undefined;
    this.isDead = true;
    this.#death.resolve({ type: "died" });
  }

  /** One invocation; throws what the work throws. */
  invoke<T>(work: (invoked: Invoked) => Promise<T>): Promise<InvocationResult<T>> {
    const invocation = { deadlineAt: this.#services.clock.now() + functionTimeoutMs };
    const invoked = { process: this, dispatcher: this.#dispatcher, invocation };
    const done = work(invoked).then((value) => ({ type: "done", value }) as const);
    return Promise.race([done, this.#death.promise]);
  }

  /** Makes a call that the dispatcher does not make itself, such as an acknowledgement. */
  pass<T>(operation: string, make: () => Promise<T>, subject?: CallSubject): Promise<T> {
    return this.#gate.pass(this, { operation, subject }, make);
  }

  #guard<TPort extends object>(name: string, port: TPort): TPort {
    return guardPort(port, ({ method, args }, make) => this.pass(`${name}.${method}`, make, subjectOf(args)));
  }

  #recorder(step?: StepContext): EffectRecorder {
    const { effects } = this.#services;
    return {
      record: (name, options = {}) =>
        this.pass(`effect ${name}`, async () => effects.add(name, options, step?.stepKey), step),
    };
  }

  #nodeTypes(): NodesDefinition {
    return Object.fromEntries(this.#services.plan.nodes.map((planned) => [planned.type, this.#nodeType(planned)]));
  }

  #nodeType(planned: PlannedNode): NodesDefinition[string] {
    const { plan, clock, handles } = this.#services;
    return {
      ...planned.definition,
      executor: (data, context, payload, globals, stepContext) => {
        const step = given(stepContext, "step");
        const effects = this.#recorder(step);
        return this.pass(
          `node ${planned.node.id}`,
          async () => {
            this.#services.ran(step);
            const call = { data, context, payload, globals, step, effects, clock };
            const outcome = await runPlanned(planned, plan.options, call);
            handles.set(`${step.workflowId}#${step.version}`, outcome.nextHandle);
            return outcome;
          },
          step,
        );
      },
    };
  }
}

/** The version that a call is about, where its first argument says; of a batch of messages, that of the first. */
function subjectOf([first]: readonly unknown[]): CallSubject | undefined {
  const [item]: readonly unknown[] = Array.isArray(first) ? first : [first];
  const subject = isObject(item) && "message" in item ? item.message : item;
  if (!isObject(subject) || !("workflowId" in subject && "version" in subject)) return undefined;
  const { workflowId, version } = subject;
  return typeof workflowId === "string" && typeof version === "number" ? { workflowId, version } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
