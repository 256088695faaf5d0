import type { NodesDefinition } from "../../src/engine/index.ts";

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;
const returning = (outcome: () => unknown): NodesDefinition[string] => ({
  // The cast stands for a user's node that is not written in TypeScript.
  executor: async () => outcome() as never,
});

/** Node types that break their contract, and what the workflow says of it. */
export const badNodes: Readonly<Record<string, { readonly node: NodesDefinition[string]; readonly reason: RegExp }>> = {
  "throws-a-text": {
    node: { executor: () => Promise.reject("out of paper") },
    reason: /^out of paper$/,
  },
  "throws-nothing": { node: { executor: () => Promise.reject(undefined) }, reason: /^undefined$/ },
  "throws-before-it-awaits": {
    node: {
      executor: () => {
        throw new Error("not even a promise");
      },
    },
    reason: /not even a promise/,
  },
  "returns-nothing": { node: returning(() => undefined), reason: /returned undefined, but must return an object/ },
  "returns-a-function": { node: returning(() => () => 1), reason: /returned a function, but must return an object/ },
  "returns-a-function-in-data": {
    node: returning(() => ({ data: { call: () => 1 } })),
    reason: /not JSON: function at \$\.call/,
  },
  "returns-a-bigint": { node: returning(() => ({ data: [1n] })), reason: /not JSON: BigInt at \$\[0\]/ },
  "returns-a-cycle": { node: returning(() => ({ data: cyclic })), reason: /not JSON: a cycle at \$\.self/ },
  "returns-a-prototype": {
    node: returning(() => ({ data: JSON.parse('{"__proto__":{"isAdmin":true}}') })),
    reason: /not JSON: a forbidden key/,
  },
  "returns-too-much": {
    node: returning(() => ({ data: "x".repeat(52_428_800) })),
    reason: /takes 52428802 bytes; at most 52428800 can be stored/,
  },
};
