import type { Node, WorkflowDefinition } from "../../src/engine/index.ts";
import type { SampleSpec } from "./sample-value.ts";

/** A workflow to measure, as plain data: another process runs it. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly workflow: WorkflowDefinition;
  /** Left in the payload bucket, and named by the start. */
  readonly inputObject?: SampleSpec;
  /** Left in the payload bucket, and named by the resume that ends the workflow's pause. */
  readonly payloadObject?: SampleSpec;
  /** Node runs until the workflow has completed. */
  readonly steps: number;
  /** The version at which it has completed. */
  readonly version: number;
  /** How many steps of it one message runs; the template's default when absent. */
  readonly stepsPerInvocation?: number;
  /** How long the worker's clients wait for an answer, ms; as long as the product's own when absent. */
  readonly requestTimeoutMs?: number;
  /** How long it may take, s; far more than it does. */
  readonly withinSeconds: number;
}

const mebibyte = 2 ** 20;
/** The largest value that is stored (defaultSettings.maxValueBytes): exactly this much is still let in. */
const largestBytes = 50 * mebibyte;
const largestText: SampleSpec = { shape: "text", sizeBytes: largestBytes };
const largestRows: SampleSpec = { shape: "rows", sizeBytes: largestBytes };
const largestWideRows: SampleSpec = { shape: "wide-rows", sizeBytes: largestBytes };

/** Small results in a loop: what the others are compared with, and what shows how a long history weighs. */
export function countingScenario(name: string, title: string, steps: number): Scenario {
  return {
    name,
    title,
    workflow: loopOf(name, { id: "count", type: "bench-count", data: { times: steps } }),
    steps,
    version: steps,
    withinSeconds: 60 + steps / 10,
  };
}

/** A loop whose results all stay in the context. */
export function contextScenario(name: string, title: string, sample: SampleSpec, results: number): Scenario {
  return {
    name,
    title,
    workflow: loopOf(name, { id: "make", type: "bench-make", data: { sample, times: results } }),
    steps: results,
    version: results,
    withinSeconds: 180,
  };
}

/** One result, read by a second node. */
export function resultScenario(name: string, title: string, sample: SampleSpec, seen: SampleSpec = sample): Scenario {
  const nodes = [
    { id: "make", type: "bench-make", data: { sample, times: 1 } },
    { id: "check", type: "bench-check", data: { sample: seen, in: { type: "result", nodeId: "make" } } },
  ];
  const edges = [{ id: "next", source: "make", target: "check", sourceHandle: "done" }];
  return { name, title, workflow: { id: name, nodes, edges }, steps: 2, version: 2, withinSeconds: 180 };
}

/** An input, read by the first node as its payload and by the second as the workflow's input. */
export function inputScenario(name: string, title: string, sample: SampleSpec): Scenario {
  const nodes = [
    { id: "first", type: "bench-check", data: { sample, in: { type: "payload" } } },
    { id: "second", type: "bench-check", data: { sample, in: { type: "input" } } },
  ];
  const edges = [{ id: "next", source: "first", target: "second" }];
  const workflow = { id: name, nodes, edges };
  return { name, title, workflow, inputObject: sample, steps: 2, version: 2, withinSeconds: 180 };
}

/** A pause, ended by a resume with a payload: two runs of the node and one resume between them. */
export function payloadScenario(name: string, title: string, sample: SampleSpec): Scenario {
  const nodes = [{ id: "ask", type: "bench-ask", data: { sample } }];
  const workflow = { id: name, nodes, edges: [] };
  return { name, title, workflow, payloadObject: sample, steps: 2, version: 3, withinSeconds: 180 };
}

/** What `npm run bench:large` measures, the baseline first. */
export const scenarios: readonly Scenario[] = [
  countingScenario("baseline", "10 small steps", 10),
  resultScenario("result-text", "a result of 50 MiB, one text", largestText),
  resultScenario("result-rows", "a result of 50 MiB, small objects", largestRows),
  resultScenario("result-wide", "a result of 50 MiB, small objects with №", largestWideRows),
  inputScenario("input-text", "an input of 50 MiB, one text", largestText),
  inputScenario("input-rows", "an input of 50 MiB, small objects", largestRows),
  inputScenario("input-wide", "an input of 50 MiB, small objects with №", largestWideRows),
  payloadScenario("payload-text", "a resume with 50 MiB, one text", largestText),
  payloadScenario("payload-rows", "a resume with 50 MiB, small objects", largestRows),
  payloadScenario("payload-wide", "a resume with 50 MiB, small objects with №", largestWideRows),
  contextScenario("context", "100 results of 110 KB: 11 MB", { shape: "text", sizeBytes: 110_000 }, 100),
  countingScenario("loop", "a loop of 10,000 steps", 10_000),
];

function loopOf(id: string, node: Node): WorkflowDefinition {
  const edges = [{ id: "again", source: node.id, target: node.id, sourceHandle: "again" }];
  return { id, startNodeId: node.id, nodes: [node], edges };
}
