import { describe, expect, it } from "vitest";
import {
  applyTransition,
  assertValidDefinition,
  cancelTransition,
  type NodeDefinition,
  resumeTransition,
  type Snapshot,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { chainOf, echo, FakeClock, onlyResult, returning, throwing, wait } from "./engine-under-test.ts";

const twice = { maxAttempts: 2, interval: 10, backoff: "fixed" } as const;

describe("deliberate differences from Refluxo (DESIGN 3)", () => {
  it("1: every transition raises the version by 1: success, pause, resume, error, failed, cancel", async () => {
    const engine = chainOf({ ok: echo, wait, flaky: throwing([1, 2], { retryPolicy: twice }) });
    const seen: string[] = [];
    const note = (snapshot: Snapshot) => {
      seen.push(`${snapshot.version} ${snapshot.status}`);
      return snapshot;
    };
    let snapshot = note(await engine.executeStep(engine.createInitialSnapshot("w", "ok")));
    const paused = note(await engine.executeStep(snapshot));
    snapshot = note(applyTransition(paused, resumeTransition(paused, "yes")));
    snapshot = note(await engine.executeStep(snapshot));
    snapshot = note(await engine.executeStep(snapshot));
    note(await engine.executeStep(snapshot));
    expect(seen).toEqual(["1 active", "2 paused", "3 active", "4 active", "5 error", "6 failed"]);
    expect(applyTransition(paused, cancelTransition(paused)).version).toBe(3);
  });

  it("2: maxAttempts counts the first attempt too", async () => {
    let runs = 0;
    const failing: NodeDefinition = {
      retryPolicy: { maxAttempts: 3, interval: 0, backoff: "fixed" },
      executor: async () => {
        runs++;
        throw new Error("always");
      },
    };
    const engine = chainOf({ failing });
    let snapshot = engine.createInitialSnapshot("w", "failing");
    while (snapshot.status !== "failed") snapshot = await engine.executeStep(snapshot);
    expect(runs).toBe(3);
    expect(snapshot.context["failing"]?.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it("3: executeStep fires the start, pause and complete hooks itself", async () => {
    const fired: string[] = [];
    const plugin = {
      name: "recorder",
      onWorkflowStart: (snapshot: Snapshot) => void fired.push(`start ${snapshot.version}`),
      onWorkflowPause: (snapshot: Snapshot) => void fired.push(`pause ${snapshot.version}`),
      onWorkflowComplete: (snapshot: Snapshot) => void fired.push(`complete ${snapshot.version}`),
    };
    const engine = chainOf({ wait }, { plugins: [plugin] });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    await engine.executeStep(applyTransition(paused, resumeTransition(paused, "yes")));
    expect(fired).toEqual(["start 0", "pause 1", "complete 3"]);
  });

  it("4: a pausing node's data is kept, and its due time, but no result", async () => {
    const engine = chainOf({ wait: returning({ data: { ask: "Ann" }, __pause: true, dueAt: 5_000 }) });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    expect(paused.pause).toEqual({ nodeId: "wait", data: { ask: "Ann" }, dueAt: 5_000 });
    expect(paused.context).toEqual({});
  });

  describe("5: declared handles", () => {
    const leaving = (nextHandle: string, retryPolicy = twice): NodeDefinition => ({
      handles: ["yes", "no"],
      retryPolicy,
      executor: async () => ({ data: 1, nextHandle }),
    });
    const edges = [
      { id: "1", source: "gate", target: "end", sourceHandle: "yes" },
      { id: "2", source: "gate", target: "other" },
    ];
    const nodes = ["gate", "end", "other"].map((id) => ({ id, type: id, data: {} }));
    const run = (gate: NodeDefinition) =>
      new WorkflowEngine({
        workflow: { nodes, edges },
        nodeDefinitions: { gate, end: echo, other: echo },
        errorHandler: { shouldRetry: () => true, getRetryDelay: () => 0 },
      }).execute({ initialNodeId: "gate" });

    it("an undeclared nextHandle fails the workflow, whatever the error handler says", async () => {
      const snapshot = await run(leaving("maybe"));
      expect(snapshot.status).toBe("failed");
      expect(snapshot.metadata["failedReason"]).toContain(
        "Node 'gate' left by the handle 'maybe', which its type 'gate' does not declare (yes, no)",
      );
      expect(snapshot.context["gate"]).toHaveLength(1);
    });

    it("a declared handle leads along its edge, and ends the branch when it has none", async () => {
      expect(Object.keys((await run(leaving("yes"))).context)).toEqual(["gate", "end"]);
      const ended = await run(leaving("no"));
      expect(ended).toMatchObject({ status: "completed", currentNodeId: null });
      expect(Object.keys(ended.context)).toEqual(["gate"]);
    });

    it("the default exit stays open", async () => {
      const snapshot = await run({ handles: ["yes"], executor: async () => ({ data: 1 }) });
      expect(Object.keys(snapshot.context)).toEqual(["gate", "other"]);
    });

    it("an edge from an undeclared handle is refused when the definition loads", () => {
      const definition = { id: "d", nodes, edges: [{ id: "e", source: "gate", target: "end", sourceHandle: "maybe" }] };
      const nodeDefinitions = { gate: leaving("yes"), end: echo, other: echo };
      expect(() => assertValidDefinition(definition, nodeDefinitions)).toThrow("does not declare");
    });
  });

  it("6: the count of steps is part of the snapshot and bounded per definition", async () => {
    const workflow = {
      nodes: [{ id: "loop", type: "echo", data: {} }],
      edges: [{ id: "e", source: "loop", target: "loop" }],
      maxSteps: 3,
    };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { echo } });
    let snapshot = engine.createInitialSnapshot("w", "loop");
    for (let step = 1; step <= 3; step++) {
      snapshot = await engine.executeStep(snapshot);
      expect(snapshot).toMatchObject({ status: "active", stepCount: step });
    }
    const failed = await engine.executeStep(snapshot);
    expect(failed).toMatchObject({ status: "failed", version: 4, metadata: { failedReason: "Step limit exceeded" } });
    expect(failed.context["loop"]).toHaveLength(3);
  });

  it("6: a definition without maxSteps is bounded at 10,000", async () => {
    const engine = chainOf({ a: echo });
    const start = engine.createInitialSnapshot("w", "a");
    expect((await engine.executeStep({ ...start, stepCount: 9_999 })).status).toBe("completed");
    expect((await engine.executeStep({ ...start, stepCount: 10_000 })).status).toBe("failed");
  });

  it("7: a plain step leaves a paused workflow as it is; a payload runs its node", async () => {
    const engine = chainOf({ wait, end: echo });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    expect(await engine.executeStep(paused)).toBe(paused);
    expect(await engine.execute({ snapshot: paused })).toBe(paused);
    const resumed = await engine.executeStep(paused, { approved: true });
    expect(resumed).toMatchObject({ status: "active", currentNodeId: "end", version: 2 });
    expect(onlyResult(resumed, "wait")?.output).toEqual({ approved: true });
    expect(resumed).not.toHaveProperty("pause");
  });

  it("8: a cancelled workflow is failed, with Cancelled as its reason", async () => {
    const engine = chainOf({ a: echo }, { clock: new FakeClock().now });
    const start = engine.createInitialSnapshot("w", "a");
    const cancelled = applyTransition(start, cancelTransition(start, "changed my mind"));
    expect(cancelled).toMatchObject({
      status: "failed",
      metadata: { failedReason: "Cancelled", cancelReason: "changed my mind" },
    });
    expect(applyTransition(start, cancelTransition(start)).metadata).toEqual({ failedReason: "Cancelled" });
    expect(await engine.executeStep(cancelled)).toBe(cancelled);
  });
});
