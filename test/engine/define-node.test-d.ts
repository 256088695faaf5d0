// Type tests: `npm run typecheck` runs them; an unused @ts-expect-error fails it.
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import { defineNode, defineNodeWith, type NodeDefinition, type StandardSchemaIssue } from "../../src/engine/index.ts";

const Input = v.strictObject({ limit: v.number(), note: v.exactOptional(v.string()) });
const Trimmed = v.object({ name: v.pipe(v.string(), v.trim(), v.transform(Number)) });
const Answer = v.object({ approved: v.boolean() });

// The executor's types are the schemas'.
const typed = defineNode({
  metadata: { input: Input, output: Trimmed, externalPayload: Answer },
  handles: ["yes", "no"],
  async executor(data, _context, answer, globals, step) {
    expectTypeOf(data).toEqualTypeOf<{ limit: number; note?: string }>();
    expectTypeOf(answer).toEqualTypeOf<{ approved: boolean } | undefined>();
    expectTypeOf(globals).toEqualTypeOf<unknown>();
    expectTypeOf(step?.payloadIssues).toEqualTypeOf<readonly StandardSchemaIssue[] | undefined>();
    expectTypeOf(step?.timerDueAt).toEqualTypeOf<number | undefined>();
    if (answer === undefined) return { data: { anything: data.limit }, __pause: true, dueAt: 5 };
    // What is returned is what the output schema takes, not what it yields.
    return { data: { name: "12" }, nextHandle: answer.approved ? "yes" : "no" };
  },
});
expectTypeOf(typed).toExtend<NodeDefinition>();
expectTypeOf<Parameters<typeof typed.executor>[0]>().toEqualTypeOf<{ limit: number; note?: string }>();

// Without schemas everything is unknown, and a plain executor stays short.
defineNode({
  async executor(data, _context, payload, _globals, step) {
    expectTypeOf(data).toEqualTypeOf<unknown>();
    expectTypeOf(payload).toEqualTypeOf<unknown>();
    // @ts-expect-error Only a type with a payload schema is told why there is no answer.
    step?.payloadIssues;
    return { data: payload };
  },
});

// Handles may be a function of the data; literal names stay literal.
defineNode({
  handles: (data) => (data === 1 ? (["one"] as const) : (["other"] as const)),
  executor: async (data) => ({ data, nextHandle: data === 1 ? "one" : "other" }),
});
defineNode({
  handles: (data) => Object.keys(Object(data)),
  executor: async (data, _context, payload) => ({ data, nextHandle: String(payload) }),
});

defineNode({
  handles: ["yes", "no"],
  // @ts-expect-error A handle that is not declared.
  executor: async (data) => ({ data, nextHandle: "maybe" }),
});

defineNode({
  // @ts-expect-error Without handles the default exit is the only one.
  executor: async (data) => ({ data, nextHandle: "yes" }),
});

defineNode({
  metadata: { output: Trimmed },
  // @ts-expect-error Output that does not fit.
  executor: async () => ({ data: { name: 12 } }),
});

defineNode({
  metadata: { output: Trimmed },
  // @ts-expect-error Output with a field too few.
  executor: async () => ({ data: {} }),
});

defineNode({
  handles: ["yes"],
  // @ts-expect-error A pause leaves by no handle.
  executor: async (data) => ({ data, __pause: true, nextHandle: "yes" }),
});

defineNode({
  // @ts-expect-error Only a pause is due.
  executor: async (data) => ({ data, dueAt: 5 }),
});

defineNode({
  metadata: { input: Input },
  // @ts-expect-error The data has no such field.
  executor: async ({ limits }) => ({ data: limits }),
});

// A host names the type of its globals once.
const defineHostNode = defineNodeWith<{ readonly greet: (name: string) => string }>();
defineHostNode({
  async executor(_data, _context, _payload, globals) {
    expectTypeOf(globals?.greet("Ada")).toEqualTypeOf<string | undefined>();
    return { data: null };
  },
});
