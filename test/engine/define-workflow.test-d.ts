// Type tests: `npm run typecheck` runs them; an unused @ts-expect-error fails it.
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import {
  defineNode,
  defineWorkflow,
  type Expressible,
  type Expression,
  type NodeDefinition,
  type WorkflowDefinition,
} from "../../src/engine/index.ts";

const Title = v.strictObject({ title: v.string(), rounds: v.exactOptional(v.number()) });
const Mail = v.variant("kind", [
  v.strictObject({ kind: v.literal("short"), text: v.string() }),
  v.strictObject({ kind: v.literal("long"), pages: v.array(v.object({ text: v.string(), size: v.number() })) }),
]);
const plain: NodeDefinition = { executor: async (data) => ({ data }) };
const types = {
  ask: defineNode({
    metadata: { input: Title },
    handles: ["yes", "no"],
    executor: async ({ title }) => ({ data: title, nextHandle: "yes" }),
  }),
  mail: defineNode({ metadata: { input: Mail }, executor: async (data) => ({ data }) }),
  turn: defineNode({
    metadata: { input: v.pipe(v.string(), v.transform(Number)) },
    executor: async (n) => ({ data: n }),
  }),
  none: defineNode({ executor: async () => ({ data: null }) }),
  choose: defineNode({ handles: (data) => Object.keys(Object(data)), executor: async (data) => ({ data }) }),
  plain,
};
const ask = { id: "a", type: "ask", data: { title: "T" } } as const;

const accepted = defineWorkflow(types, {
  id: "all",
  startNodeId: "ask",
  maxSteps: 5,
  tags: { order: "orderId" },
  nodes: [
    {
      id: "ask",
      type: "ask",
      data: { title: "T", rounds: "{% input.rounds %}" },
      pauseTimeoutMs: 5,
      compensate: "undo",
    },
    { id: "short", type: "mail", data: { kind: "short", text: "T" }, timeoutMs: 5 },
    {
      id: "long",
      type: "mail",
      data: { kind: "long", pages: [{ text: "{% nodes.ask.last %}", size: 1 }, "{% input.page %}"] },
      retryPolicy: { maxAttempts: 2, interval: 1, backoff: "fixed", jitter: "full" },
    },
    // The whole data may be an expression, and what is written is what the schema takes, not what it yields.
    { id: "all", type: "mail", data: "{% input %}" },
    { id: "turn", type: "turn", data: "12", metadata: { note: 1 } },
    { id: "undo", type: "none" },
    { id: "choose", type: "choose", data: { any: "thing" } },
    { id: "plain", type: "plain", data: [1, 2] },
  ],
  edges: [
    { id: "1", source: "ask", target: "short", sourceHandle: "yes" },
    { id: "2", source: "ask", target: "long", sourceHandle: "no" },
    { id: "3", source: "ask", target: "plain", sourceHandle: "timeout" },
    { id: "4", source: "ask", target: "plain", sourceHandle: "error" },
    { id: "5", source: "short", target: "ask" },
    // A type whose handles depend on the data, or are not declared, may leave by any.
    { id: "6", source: "choose", target: "ask", sourceHandle: "any" },
    { id: "7", source: "plain", target: "ask", sourceHandle: "whatever" },
  ],
});
expectTypeOf(accepted).toEqualTypeOf<WorkflowDefinition>();

// Node types that are not known in detail ask for nothing.
const unknownTypes: Readonly<Record<string, NodeDefinition>> = types;
defineWorkflow(unknownTypes, {
  id: "d",
  nodes: [{ id: "a", type: "whatever", data: 5 }],
  edges: [{ id: "e", source: "a", target: "a", sourceHandle: "h" }],
});

// @ts-expect-error An unknown node type.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "aks", data: { title: "T" } }], edges: [] });

// @ts-expect-error Data of another type.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask", data: { title: 5 } }], edges: [] });

// @ts-expect-error Data without a field that is asked for.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask", data: { rounds: 5 } }], edges: [] });

// @ts-expect-error No data, although the type asks for some.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask" }], edges: [] });

// @ts-expect-error Data with a field that the type does not have.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask", data: { title: "T", round: 5 } }], edges: [] });

defineWorkflow(types, {
  id: "d",
  // @ts-expect-error Data deep inside.
  nodes: [{ id: "a", type: "mail", data: { kind: "long", pages: [{ text: 5, size: 1 }] } }],
  edges: [],
});

// @ts-expect-error A text that is no expression, in place of a number.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask", data: { title: "T", rounds: "5" } }], edges: [] });

// @ts-expect-error Data of one variant with the name of another.
defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "mail", data: { kind: "long", text: "T" } }], edges: [] });

// @ts-expect-error A setting that nodes do not have.
defineWorkflow(types, { id: "d", nodes: [{ ...ask, timeout: 5 }], edges: [] });

// @ts-expect-error A retry policy that is incomplete.
defineWorkflow(types, { id: "d", nodes: [{ ...ask, retryPolicy: { maxAttempts: 5 } }], edges: [] });

// @ts-expect-error A compensation that is no node.
defineWorkflow(types, { id: "d", nodes: [{ ...ask, compensate: "undo" }], edges: [] });

// @ts-expect-error A start that is no node.
defineWorkflow(types, { id: "d", startNodeId: "b", nodes: [ask], edges: [] });

// @ts-expect-error A setting that definitions do not have.
defineWorkflow(types, { id: "d", maxStep: 5, nodes: [ask], edges: [] });

// @ts-expect-error No id.
defineWorkflow(types, { nodes: [ask], edges: [] });

// @ts-expect-error An edge to an unknown node.
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "a", target: "b" }] });

// @ts-expect-error An edge from an unknown node.
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "b", target: "a" }] });

// @ts-expect-error A handle that the source's type does not declare.
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "a", target: "a", sourceHandle: "maybe" }] });

defineWorkflow(types, {
  id: "d",
  nodes: [{ id: "n", type: "none" }],
  // @ts-expect-error A handle of a type that declares none.
  edges: [{ id: "e", source: "n", target: "n", sourceHandle: "yes" }],
});

defineWorkflow(types, {
  id: "d",
  nodes: [ask],
  // @ts-expect-error `timeout` of a node whose pauses do not end.
  edges: [{ id: "e", source: "a", target: "a", sourceHandle: "timeout" }],
});

// @ts-expect-error A setting that edges do not have.
defineWorkflow(types, { id: "d", nodes: [ask], edges: [{ id: "e", source: "a", target: "a", handle: "yes" }] });

// @ts-expect-error What it returns cannot be changed.
accepted.maxSteps = 5;

expectTypeOf<Expressible<number>>().toEqualTypeOf<Expression | number>();
expectTypeOf<Expressible<unknown>>().toEqualTypeOf<unknown>();
expectTypeOf<Expressible<string[]>>().toEqualTypeOf<Expression | readonly string[]>();
expectTypeOf<Expressible<{ a: number; b?: [boolean] }>>().toEqualTypeOf<
  Expression | { readonly a: Expression | number; readonly b?: Expression | readonly [Expression | boolean] }
>();
