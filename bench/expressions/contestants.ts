import { createDispatcher, DefinitionCatalog, type Dispatcher, defaultSettings } from "../../src/dispatcher/index.ts";
import { type NodeDefinition, StandardSchemaValidator, WorkflowEngine } from "../../src/engine/index.ts";
import { ExpressionEngine } from "../../src/expressions/index.ts";
import {
  MemoryBlobStore,
  MemoryStepQueue,
  MemoryWorkflowStore,
  SeededRandom,
  SimulatedClock,
} from "../../src/platforms/memory/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { type Contestant, take } from "./measure-steps.ts";
import { globals, input, type StepData } from "./step-data.ts";

/** How many steps a run of the engine alone makes. */
const engineSteps = 10_000;

/** How many workflows a run dispatches, one after the other, and how many steps each has. */
const dispatchedWorkflows = 30;
const dispatchedSteps = 100;

const echo: NodeDefinition = { executor: async (data) => ({ data }) };
const declared = { declared: globals };
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields, error) => console.error(message, fields, error),
  error: (message, fields, error) => console.error(message, fields, error),
  child: () => quiet,
};

/** What a container makes once: the expressions, which are compiled, and JSONata's functions. */
const engineOptions = {
  nodeDefinitions: { echo },
  validator: new StandardSchemaValidator(),
  transformEngines: [new ExpressionEngine({ clock: Date.now })],
};

function chainOf({ data }: StepData, length: number) {
  const nodes = Array.from({ length }, (_, index) => ({ id: `n${index}`, type: "echo", data }));
  const edges = nodes.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: `n${index}`, target: id }));
  return { id: "chain", nodes, edges };
}

/** The engine alone: the first step of a workflow, again and again. */
export function engineContestant(stepData: StepData): Contestant {
  const engine = new WorkflowEngine({ workflow: chainOf(stepData, 2), ...engineOptions });
  const snapshot = engine.createInitialSnapshot("w", "n0", input);
  const run = async () => {
    for (let step = 0; step < engineSteps; step++) {
      const after = await engine.executeStep(snapshot, undefined, declared);
      if (after.status !== "active") throw new Error(`A step failed: ${JSON.stringify(after.metadata)}`);
    }
    return engineSteps;
  };
  return { name: stepData.name, run: () => take(run) };
}

/** Whole steps of the dispatcher over the memory platform: message, load, claim, execute, commit, send. */
export function dispatchedContestant(stepData: StepData): Contestant {
  const run = async () => {
    for (let workflow = 0; workflow < dispatchedWorkflows; workflow++) await dispatchOne(stepData);
    return dispatchedWorkflows * dispatchedSteps;
  };
  return { name: stepData.name, run: () => take(run) };
}

async function dispatchOne(stepData: StepData): Promise<void> {
  const clock = new SimulatedClock();
  const queue = new MemoryStepQueue(clock, { visibilityMs: 360_000 });
  const dispatcher = createMemoryDispatcher(stepData, clock, queue);
  const invocation = () => ({ deadlineAt: clock.now() + 60_000 });
  await dispatcher.execute(
    { type: "start", schemaVersion: 1, workflowId: "w", definitionId: "chain", input },
    invocation(),
  );
  let polls = 0;
  for (let received = queue.receive(10); received.length > 0; received = queue.receive(10)) {
    const results = await dispatcher.dispatchBatch(parseBatch(received), invocation());
    if (results.some(({ status }) => status !== "fulfilled")) throw new Error("A step failed");
    for (const { receiptHandle } of received) queue.delete(receiptHandle);
    polls += 1;
  }
  if (polls !== dispatchedSteps) throw new Error(`There were ${polls} polls for ${dispatchedSteps} steps`);
}

function createMemoryDispatcher(stepData: StepData, clock: SimulatedClock, queue: MemoryStepQueue): Dispatcher {
  const store = new MemoryWorkflowStore();
  return createDispatcher({
    store,
    queue,
    blobs: new MemoryBlobStore(),
    payloadBucket: "payloads",
    clock,
    random: new SeededRandom(),
    children: store.children,
    resumeKeys: {
      current: async () => ({ id: "k", secret: "the benchmark's secret, 32 bytes" }),
      find: async () => undefined,
    },
    logger: quiet,
    definitions: new DefinitionCatalog(store, [chainOf(stepData, dispatchedSteps)], engineOptions),
    globals: declared,
    settings: defaultSettings,
  });
}

function parseBatch(messages: ReturnType<MemoryStepQueue["receive"]>) {
  const Records = messages.map((message) => ({
    ...message,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1",
      SenderId: "A",
      ApproximateFirstReceiveTimestamp: "1",
    },
    messageAttributes: {},
    md5OfBody: "0",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:steps",
    awsRegion: "eu-central-1",
  }));
  const parsed = parseEvent({ Records }, { objectCreated: [], schedules: [] });
  if (parsed.type !== "batch") throw new Error("The messages are no batch");
  return parsed.records;
}
