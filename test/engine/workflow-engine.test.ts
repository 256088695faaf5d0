import { describe, expect, it } from "vitest";
import { lastOutput, type NodeDefinition, type Snapshot, WorkflowEngine } from "../../src/engine/index.ts";
import { chainOf, deepFreeze, echo, FakeClock, onlyResult, throwing, wait } from "./engine-under-test.ts";

const fixed = (maxAttempts: number) => ({ retryPolicy: { maxAttempts, interval: 10, backoff: "fixed" } }) as const;

describe("createInitialSnapshot", () => {
  it("makes the input the payload of the first node, readable for the whole run", async () => {
    const payloads: unknown[] = [];
    const recording: NodeDefinition = {
      executor: async (_data, _context, payload, _globals, step) => {
        payloads.push([payload, step?.input]);
        return { data: 1 };
      },
    };
    const engine = chainOf({ a: recording, b: recording });
    const start = engine.createInitialSnapshot("w", "a", { order: 7 });
    expect(start).toMatchObject({ workflowId: "w", version: 0, status: "active", currentNodeId: "a", stepCount: 0 });
    const end = await engine.execute({ snapshot: start });
    expect(payloads).toEqual([
      [{ order: 7 }, { order: 7 }],
      [undefined, { order: 7 }],
    ]);
    expect(end.input).toEqual({ order: 7 });
    expect(end).not.toHaveProperty("externalPayload");
  });
});

describe("executeStep", () => {
  it("keeps every result of a loop in order, and leaves it by a handle", async () => {
    const counter: NodeDefinition = {
      handles: ["again"],
      executor: async (_data, context) => {
        const count = Number(lastOutput(context, "count") ?? 0) + 1;
        return count < 4 ? { data: count, nextHandle: "again" } : { data: count };
      },
    };
    const workflow = {
      id: "loop",
      startNodeId: "count",
      nodes: [
        { id: "count", type: "counter", data: {} },
        { id: "end", type: "echo", data: { fin: true } },
      ],
      edges: [
        { id: "1", source: "count", target: "count", sourceHandle: "again" },
        { id: "2", source: "count", target: "end" },
      ],
    };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { counter, echo } });
    const end = await engine.execute({ initialNodeId: "count", workflowId: "w" });
    expect(end).toMatchObject({ status: "completed", workflowId: "w", version: 5, currentNodeId: null });
    expect(end.context["count"]?.map(({ output }) => output)).toEqual([1, 2, 3, 4]);
    expect(lastOutput(end.context, "end")).toEqual({ fin: true });
  });

  it("ends the branch at an undeclared handle without an edge when the type declares none", async () => {
    const odd: NodeDefinition = { executor: async () => ({ data: 1, nextHandle: "nowhere" }) };
    expect(await chainOf({ odd, next: echo }).execute({ initialNodeId: "odd" })).toMatchObject({
      status: "completed",
      currentNodeId: null,
    });
  });

  it("takes an edge whose handle is null, as graph editors write it, for the default exit", async () => {
    const workflow = JSON.parse(
      `{"nodes":[{"id":"a","type":"echo"},{"id":"b","type":"echo"}],
        "edges":[{"id":"e","source":"a","target":"b","sourceHandle":null}]}`,
    );
    const end = await new WorkflowEngine({ workflow, nodeDefinitions: { echo } }).execute({ initialNodeId: "a" });
    expect(Object.keys(end.context)).toEqual(["a", "b"]);
  });

  it("works for node ids that every object inherits", async () => {
    const end = await chainOf({ toString: echo, valueOf: echo }).execute({ initialNodeId: "toString" });
    expect(end.status).toBe("completed");
    expect(onlyResult(end, "toString")).toEqual({ output: {}, timestamp: 1_000, attempt: 1 });
    expect(lastOutput({}, "toString")).toBeUndefined();
  });

  it("never changes the snapshot that it is given, and shares what did not change", async () => {
    const engine = chainOf({
      a: echo,
      b: throwing(["x"], fixed(2)),
      c: wait,
      d: throwing(["x"]),
    });
    let snapshot: Snapshot = deepFreeze(engine.createInitialSnapshot("w", "a", { order: 1 }));
    for (const payload of [undefined, undefined, undefined, undefined, "yes", undefined]) {
      const next = deepFreeze(await engine.executeStep(snapshot, payload));
      expect(next.version).toBe(snapshot.version + 1);
      for (const id of Object.keys(snapshot.context)) {
        if (id !== snapshot.currentNodeId) expect(next.context[id]).toBe(snapshot.context[id]);
      }
      snapshot = next;
    }
    expect(snapshot.status).toBe("failed");
  });

  it("returns a workflow that has ended unchanged", async () => {
    const engine = chainOf({ a: throwing(["x"]), b: echo });
    for (const initialNodeId of ["a", "b"]) {
      const ended = await engine.execute({ initialNodeId });
      expect(await engine.executeStep(ended, "payload")).toBe(ended);
      expect(await engine.execute({ snapshot: ended, externalPayload: "payload", stepLimit: 0 })).toBe(ended);
    }
  });

  it("completes an active workflow that has no node left", async () => {
    const engine = chainOf({ a: echo });
    const stranded = { ...engine.createInitialSnapshot("w", "a"), currentNodeId: null, version: 3 };
    expect(await engine.executeStep(stranded)).toMatchObject({ status: "completed", version: 4, context: {} });
  });

  it("keeps a resume's payload across retries until the node succeeds, then drops it", async () => {
    const payloads: unknown[] = [];
    const failures = ["x", "y"];
    const node: NodeDefinition = {
      ...fixed(3),
      executor: async (_data, _context, payload) => {
        if (payload === undefined) return { data: "ask", __pause: true };
        payloads.push(payload);
        if (failures.length > 0) throw failures.pop();
        return { data: payload };
      },
    };
    const engine = chainOf({ node, next: echo });
    const paused = await engine.execute({ initialNodeId: "node" });
    let snapshot = await engine.executeStep(paused, { approved: true });
    expect(snapshot).toMatchObject({ status: "error", externalPayload: { approved: true } });
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot).toMatchObject({ status: "error", externalPayload: { approved: true } });
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot).toMatchObject({ status: "active", currentNodeId: "next" });
    expect(snapshot).not.toHaveProperty("externalPayload");
    expect(payloads).toEqual([{ approved: true }, { approved: true }, { approved: true }]);
  });

  it("prefers the payload of the call, even null, to the snapshot's", async () => {
    const seen: unknown[] = [];
    const node: NodeDefinition = { executor: async (_data, _context, payload) => ({ data: seen.push(payload) }) };
    const engine = chainOf({ node });
    const start = engine.createInitialSnapshot("w", "node", "from the start");
    await engine.executeStep(start, "from the call");
    await engine.executeStep(start, null);
    await engine.executeStep(start);
    expect(seen).toEqual(["from the call", null, "from the start"]);
  });

  it("never lets globals into a snapshot", async () => {
    const canary = "canary-5f1c";
    const seen: unknown[] = [];
    const spy: NodeDefinition = {
      ...fixed(2),
      executor: async (_data, context, payload, globals) => {
        seen.push(globals);
        if ((context["spy"] ?? []).length === 0) throw new Error("first");
        return payload === undefined ? { data: 1, __pause: true } : { data: 2 };
      },
    };
    const engine = chainOf(
      { spy },
      {
        transformEngines: [
          {
            transform: async (input, _context, globals) => {
              seen.push(globals);
              return input;
            },
          },
        ],
      },
    );
    const snapshots = [engine.createInitialSnapshot("w", "spy")];
    for (const payload of [undefined, undefined, "go"]) {
      snapshots.push(await engine.executeStep(snapshots.at(-1) as Snapshot, payload, { canary }));
    }
    expect(snapshots.map(({ status }) => status)).toEqual(["active", "error", "paused", "completed"]);
    expect(seen).toEqual(Array(6).fill({ canary }));
    expect(JSON.stringify(snapshots)).not.toContain(canary);
  });

  it("counts the time spent inside steps, and notes when the last one began", async () => {
    const clock = new FakeClock();
    const slow: NodeDefinition = { executor: async () => ({ data: clock.pass(50) }) };
    const engine = chainOf({ a: slow, b: slow }, { clock: clock.now });
    const first = await engine.executeStep(engine.createInitialSnapshot("w", "a"));
    expect(first).toMatchObject({ lastStartedAt: 1_000, totalExecutionTime: 50 });
    clock.time = 9_000;
    expect(await engine.executeStep(first)).toMatchObject({ lastStartedAt: 9_000, totalExecutionTime: 100 });
  });

  it("never counts time backwards when the clock does", async () => {
    const clock = new FakeClock();
    const jump: NodeDefinition = { executor: async () => ({ data: clock.pass(-500) }) };
    const end = await chainOf({ jump }, { clock: clock.now }).execute({ initialNodeId: "jump" });
    expect(end.totalExecutionTime).toBe(0);
  });
});

describe("the digest of an input", () => {
  it("stands in the result of every attempt that reached its executor", async () => {
    const digest = (input: unknown) => `digest of ${JSON.stringify(input)}`;
    const steps = chainOf(
      { a: throwing([1], { retryPolicy: { maxAttempts: 2, interval: 1, backoff: "fixed" } }) },
      { digest },
    );
    const { context } = await steps.execute({
      snapshot: await steps.executeStep(steps.createInitialSnapshot("w", "a")),
    });
    expect(context["a"]).toMatchObject([{ inputDigest: "digest of {}" }, { inputDigest: "digest of {}" }]);
  });

  it("is left out when the input never came about, and by an engine without one", async () => {
    const broken = { transform: async () => Promise.reject(new Error("no such field")) };
    const failing = chainOf({ a: echo }, { transformEngines: [broken], digest: () => "never" });
    const failed = await failing.executeStep(failing.createInitialSnapshot("w", "a"));
    expect(failed.context["a"]?.[0]).not.toHaveProperty("inputDigest");
    const plain = chainOf({ a: echo });
    const ended = await plain.executeStep(plain.createInitialSnapshot("w", "a"));
    expect(ended.context["a"]?.[0]).not.toHaveProperty("inputDigest");
  });
});

describe("execute", () => {
  it("stops at a pending retry, and makes it at once when called again", async () => {
    const engine = chainOf({ a: throwing(["x"], fixed(2)), b: echo });
    const pending = await engine.execute({ initialNodeId: "a" });
    expect(pending).toMatchObject({ status: "error", workflowId: "default", currentNodeId: "a" });
    expect((await engine.execute({ snapshot: pending })).status).toBe("completed");
  });

  it("gives its payload to the first node alone", async () => {
    const seen: unknown[] = [];
    const node: NodeDefinition = {
      executor: async (_data, _context, payload) => ({ data: seen.push(payload ?? "none") }),
    };
    await chainOf({ a: node, b: node }).execute({ initialNodeId: "a", externalPayload: "first" });
    expect(seen).toEqual(["first", "none"]);
  });
});
