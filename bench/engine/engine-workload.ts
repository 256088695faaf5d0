import {
  type Node,
  type NodeDefinition,
  type Snapshot,
  type StepEnvironment,
  WorkflowEngine,
} from "../../src/engine/index.ts";

/** A definition, the engine that runs it, and how many steps one workflow of it takes here. */
export interface EngineWorkload {
  readonly engine: WorkflowEngine;
  readonly steps: number;
  /** The node that a workflow starts at. */
  readonly startNodeId: string;
}

/** Data of 340 bytes of JSON: objects in objects, lists of both kinds. */
export const nestedData = {
  order: { id: "order-4711", placedAt: "2026-11-30T16:45:00Z", total: 129.7, currency: "EUR" },
  customer: { id: "c-17", name: "Ada Lovelace", address: { street: "12 St James's Square", city: "London" } },
  items: [
    { sku: "a-1", qty: 2, price: 19.9 },
    { sku: "b-2", qty: 1, price: 79.9 },
    { sku: "c-3", qty: 4, price: 2.5 },
  ],
  tags: ["new", "gift", "express"],
  isPaid: true,
};

/** Data as of a node that has hardly any. */
export const smallData = { value: 1 };

/** Does nothing but resolve to its data. */
const echo: NodeDefinition = { executor: async (data) => ({ data }) };

/** A chain of so many nodes, each of which runs once. */
export function chainWorkload(length: number, data: unknown): EngineWorkload {
  const nodes = Array.from({ length }, (_, index): Node => ({ id: `n${index}`, type: "echo", data }));
  const edges = nodes.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: `n${index}`, target: id }));
  const engine = new WorkflowEngine({ workflow: { nodes, edges }, nodeDefinitions: { echo } });
  return { engine, steps: length, startNodeId: "n0" };
}

/** One node that leads to itself, so many times. */
export function loopWorkload(visits: number, data: unknown): EngineWorkload {
  const workflow = {
    nodes: [{ id: "loop", type: "echo", data }],
    edges: [{ id: "again", source: "loop", target: "loop" }],
    maxSteps: visits,
  };
  const engine = new WorkflowEngine({ workflow, nodeDefinitions: { echo } });
  return { engine, steps: visits, startNodeId: "loop" };
}

/** A workflow before its first step; without an input. */
export function begin({ engine, startNodeId }: EngineWorkload): Snapshot {
  return engine.createInitialSnapshot("order-4711", startNodeId);
}

/** The snapshot so many steps later; throws when a step failed. */
export async function makeSteps(
  { engine }: EngineWorkload,
  before: Snapshot,
  steps: number,
  environment?: StepEnvironment,
): Promise<Snapshot> {
  let snapshot = before;
  for (let step = 0; step < steps; step++) {
    snapshot = await engine.executeStep(snapshot, undefined, undefined, environment);
  }
  const { status, version, metadata } = snapshot;
  if (version === before.version + steps && (status === "active" || status === "completed")) return snapshot;
  throw new Error(`A step failed: ${status} at version ${version}, ${JSON.stringify(metadata)}`);
}
