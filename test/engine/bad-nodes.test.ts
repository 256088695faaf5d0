import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NodeDefinition, StepEnvironment } from "../../src/engine/index.ts";
import { chainOf, onlyResult, returning, throwing } from "./engine-under-test.ts";

const patient = { maxAttempts: 9, interval: 1, backoff: "fixed" } as const;

async function reasonOf(definition: NodeDefinition): Promise<unknown> {
  const snapshot = await chainOf({ x: { retryPolicy: patient, ...definition } }).execute({ initialNodeId: "x" });
  expect(snapshot).toMatchObject({ status: "failed", version: 1 });
  expect(onlyResult(snapshot, "x")).toMatchObject({ output: null, error: snapshot.metadata["failedReason"] });
  return snapshot.metadata["failedReason"];
}

describe("a node that breaks its contract fails at once, with its name and the reason", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;

  it.each([
    ["undefined", undefined, "Node 'x' returned undefined, but must return an object { data, … }"],
    ["null", null, "Node 'x' returned null"],
    ["a function", () => 1, "Node 'x' returned a function"],
    ["a string", "text", "Node 'x' returned a string"],
    ["a BigInt", 1n, "Node 'x' returned a bigint"],
    ["no data", { output: 1 }, "Node 'x' returned an object without data"],
    ["a BigInt in data", { data: { a: [0, 1n] } }, "Node 'x' returned data that is not JSON: BigInt at $.a[1]"],
    ["a cycle in data", { data: cycle }, "Node 'x' returned data that is not JSON: a cycle at $.self"],
    ["a function as data", { data: () => 1 }, "Node 'x' returned data that is not JSON: function at $"],
    ["a Map in pause data", { data: new Map(), __pause: true }, "Node 'x' returned data that is not JSON: Map at $"],
    ["a dueAt that is NaN", { data: 1, __pause: true, dueAt: Number.NaN }, "Node 'x' paused until a dueAt that is not"],
    ["a dueAt that is a date", { data: 1, __pause: true, dueAt: new Date(0) }, "Node 'x' paused until a dueAt that is"],
    ["a numeric handle", { data: 1, nextHandle: 5 }, "Node 'x' left by a handle that is a number"],
  ])("%s", async (_name, outcome, reason) => {
    expect(await reasonOf(returning(outcome))).toContain(reason);
  });

  it("data that is undefined becomes null, and a null handle is the default exit", async () => {
    const end = await chainOf({
      x: returning({ data: undefined, nextHandle: null }),
      y: returning({ data: 1 }),
    }).execute({
      initialNodeId: "x",
    });
    expect(end.status).toBe("completed");
    expect(onlyResult(end, "x")?.output).toBeNull();
    expect(onlyResult(end, "y")?.output).toBe(1);
  });
});

describe("a node that throws something odd fails like any other", () => {
  it.each([
    ["a string", "plain", "plain"],
    ["undefined", undefined, "undefined"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an object without a prototype", Object.create(null), "An error that cannot be read (object)"],
    [
      "a proxy that refuses everything",
      new Proxy(
        {},
        {
          get() {
            throw new Error("no");
          },
          getPrototypeOf() {
            throw new Error("no");
          },
        },
      ),
      "An error that cannot be read (object)",
    ],
  ])("%s", async (_name, thrown, text) => {
    const snapshot = await chainOf({ x: throwing([thrown], { retryPolicy: patient }) }).execute({ initialNodeId: "x" });
    expect(snapshot.status).toBe("error");
    expect(onlyResult(snapshot, "x")?.error).toBe(text);
  });

  it("an executor that throws before it returns a promise", async () => {
    const sync: NodeDefinition = {
      executor: () => {
        throw new Error("early");
      },
    };
    const snapshot = await chainOf({ sync }).execute({ initialNodeId: "sync" });
    expect(snapshot.metadata["failedReason"]).toBe("Error: early");
  });
});

describe("a step that runs out of time", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(() => void process.off("unhandledRejection", note));

  const runWith = (definition: NodeDefinition, controller: AbortController) => {
    const engine = chainOf({ x: definition });
    const environment = { signal: controller.signal, resumeToken: async () => "t" };
    return engine.executeStep(engine.createInitialSnapshot("w", "x", "payload"), undefined, undefined, environment);
  };
  const text = "RefluxoError: Node 'x' did not finish before the step ran out of time";

  it("fails its attempt though the node never settles, and is retried with its payload", async () => {
    const controller = new AbortController();
    const stuck: NodeDefinition = {
      retryPolicy: patient,
      executor: () => {
        queueMicrotask(() => controller.abort());
        return new Promise(() => undefined);
      },
    };
    const snapshot = await runWith(stuck, controller);
    expect(snapshot).toMatchObject({ status: "error", externalPayload: "payload", retryState: { attempts: 1 } });
    expect(onlyResult(snapshot, "x")?.error).toBe(text);
  });

  it("ignores what the node does later, a rejection too", async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<never>();
    const snapshot = await runWith(
      {
        executor: () => {
          controller.abort();
          return late.promise;
        },
      },
      controller,
    );
    expect(snapshot).toMatchObject({ status: "failed", metadata: { failedReason: text } });
    late.reject(new Error("too late"));
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  it("does not begin a node after its time", async () => {
    const controller = new AbortController();
    controller.abort();
    let runs = 0;
    const counting: NodeDefinition = { retryPolicy: patient, executor: async () => ({ data: ++runs }) };
    expect((await runWith(counting, controller)).status).toBe("error");
    expect(runs).toBe(0);
  });

  it("keeps no digest of an input that no executor received", async () => {
    const signal = AbortSignal.abort("late");
    const engine = chainOf({ x: { executor: async () => ({ data: 1 }) } }, { digest: () => "digest" });
    const step = (environment?: StepEnvironment) =>
      engine.executeStep(engine.createInitialSnapshot("w", "x"), undefined, undefined, environment);
    expect(onlyResult(await step(), "x")).toMatchObject({ output: 1, inputDigest: "digest" });
    expect(onlyResult(await step({ signal, resumeToken: async () => "" }), "x")).not.toHaveProperty("inputDigest");
  });

  it("leaves no listener behind on a signal that lives on", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener(...given: Parameters<typeof add>) {
        listeners++;
        add(...given);
      },
      removeEventListener(...given: Parameters<typeof remove>) {
        listeners--;
        remove(...given);
      },
    });
    const quick: NodeDefinition = { executor: async () => ({ data: listeners }) };
    const slow: NodeDefinition = {
      executor: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return { data: listeners };
      },
    };
    // What is done in its first turn needs none.
    for (const [definition, during] of [[quick, 0] as const, [slow, 1] as const]) {
      const snapshot = await runWith(definition, controller);
      expect([onlyResult(snapshot, "x")?.output, listeners]).toEqual([during, 0]);
    }
  });
});
