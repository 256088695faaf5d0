import {
  type NodeDefinition,
  type Snapshot,
  WorkflowEngine,
  type WorkflowEngineOptions,
} from "../../src/engine/index.ts";

/** A clock that stands still until it is told otherwise. */
export class FakeClock {
  time = 1_000;
  readonly now = () => this.time;

  pass(durationMs: number): number {
    this.time += durationMs;
    return this.time;
  }
}

/** An engine over the given node types, with a chain of nodes named after them: the first leads to the second, … */
export function chainOf(types: Record<string, NodeDefinition>, options: Partial<WorkflowEngineOptions> = {}) {
  const ids = Object.keys(types);
  const workflow = {
    id: "chain",
    nodes: ids.map((id) => ({ id, type: id, data: {} })),
    edges: ids.slice(1).map((id, index) => ({ id: `to-${id}`, source: ids[index] ?? "", target: id })),
  };
  return new WorkflowEngine({ workflow, nodeDefinitions: types, clock: new FakeClock().now, ...options });
}

/** A node type that resolves to its data. */
export const echo: NodeDefinition = { executor: async (data) => ({ data }) };

/** A node type that pauses until it gets a payload, and then resolves to it. */
export const wait: NodeDefinition = {
  executor: async (_data, _context, payload) =>
    payload === undefined ? { data: { awaits: "approval" }, __pause: true } : { data: payload },
};

/** A node type whose executor resolves to exactly this value, whatever its type. */
export function returning(outcome: unknown): NodeDefinition {
  return { executor: () => Promise.resolve(outcome as never) };
}

/** A node type that throws these values one after the other, and then succeeds. */
export function throwing(errors: readonly unknown[], definition: Partial<NodeDefinition> = {}): NodeDefinition {
  const left = [...errors];
  return {
    ...definition,
    executor: async () => {
      if (left.length > 0) throw left.shift();
      return { data: "done" };
    },
  };
}

/** Freezes a value and everything in it, so that a write anywhere throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}

/** The only result of a node, or undefined. */
export function onlyResult(snapshot: Snapshot, nodeId: string) {
  const results = snapshot.context[nodeId] ?? [];
  return results.length === 1 ? results[0] : undefined;
}
