import * as v from "valibot";
import type { NodesDefinition } from "../../src/engine/index.ts";
import type { CrashOptions, FakeCall } from "../../src/testing/index.ts";

/** Reserve, ask, charge, ship: what the tests of the kit run. */
export const order = {
  id: "order",
  nodes: [
    { id: "reserve", type: "reserve" },
    { id: "ask", type: "approval", data: { title: "Charge it?" } },
    { id: "charge", type: "charge" },
    { id: "refuse", type: "refuse" },
  ],
  edges: [
    { id: "a", source: "reserve", target: "ask" },
    { id: "b", source: "ask", target: "charge", sourceHandle: "approved" },
    { id: "c", source: "ask", target: "refuse", sourceHandle: "rejected" },
  ],
};

/** One node of a type. */
export function single(type: string, data: unknown = {}) {
  return { id: "single", nodes: [{ id: "only", type, data }], edges: [] };
}

/** The node types of `order`; `charge` tells its attempt, so that tests see the real one. */
export const nodeDefinitions: NodesDefinition = {
  reserve: { executor: async () => ({ data: { reserved: true } }) },
  charge: {
    metadata: { output: v.object({ paid: v.number() }) },
    retryPolicy: { maxAttempts: 3, interval: 1_000, backoff: "fixed" },
    executor: async (_data, _context, _payload, _globals, step) => ({ data: { paid: step?.attempt } }),
  },
  refuse: { executor: async () => ({ data: null }) },
};

/** What approves `order`. */
export const answers = { ask: { approved: true } };

/** Options for `order` with a charge that is recorded as the node chooses. */
export function charging(
  effect: (call: FakeCall) => { key?: string },
  effects: CrashOptions["effects"] = {},
): CrashOptions {
  const charge = async (_data: unknown, call: FakeCall) => {
    await call.effects.record("charge", effect(call));
    return { data: { paid: 1 } };
  };
  return { nodeDefinitions, answers, fakes: { charge }, effects };
}
