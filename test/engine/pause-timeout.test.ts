import { describe, expect, it } from "vitest";
import {
  applyTransition,
  type Edge,
  type Node,
  type NodeDefinition,
  resumeTransition,
  retryTransition,
  type Snapshot,
  timerTransition,
  transitionBetween,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { FakeClock } from "./engine-under-test.ts";

const timeoutEdge: Edge = { id: "t", source: "ask", target: "escalate", sourceHandle: "timeout" };
const errorEdge: Edge = { id: "e", source: "ask", target: "escalate", sourceHandle: "error" };

/** `ask` pauses until it is answered with `{ ok: true }`, for a minute at most; `escalate` and `next` come after. */
function asking(edges: readonly Edge[], { dueInMs, node = {} }: { dueInMs?: number; node?: Partial<Node> } = {}) {
  const clock = new FakeClock();
  const payloads: unknown[] = [];
  const ask: NodeDefinition = {
    retryPolicy: { maxAttempts: 2, interval: 1_000, backoff: "fixed" },
    executor: async (_data, _context, payload) => {
      payloads.push(payload);
      clock.pass(5);
      if (payload === "throw") throw new Error("broken");
      if (typeof payload === "object" && payload !== null && "ok" in payload) return { data: payload };
      return { data: "well?", __pause: true, ...(dueInMs !== undefined && { dueAt: clock.time + dueInMs }) };
    },
  };
  const echo: NodeDefinition = { executor: async (data) => ({ data }) };
  const engine = new WorkflowEngine({
    workflow: {
      startNodeId: "ask",
      nodes: [
        { id: "ask", type: "ask", data: {}, pauseTimeoutMs: 60_000, ...node },
        { id: "escalate", type: "echo", data: "escalated" },
        { id: "next", type: "echo", data: "next" },
        { id: "undo", type: "echo", data: "undo" },
      ],
      edges: [{ id: "1", source: "ask", target: "next" }, ...edges],
    },
    nodeDefinitions: { ask, echo },
    clock: clock.now,
  });
  const fire = (snapshot: Snapshot) => {
    const transition = engine.fireTimer(snapshot);
    const after = applyTransition(snapshot, transition);
    expect(transitionBetween(snapshot, after)).toStrictEqual(transition);
    return after;
  };
  const answer = (snapshot: Snapshot, payload: unknown) =>
    engine.executeStep(applyTransition(snapshot, resumeTransition(snapshot, payload)));
  const pause = () => engine.executeStep(engine.createInitialSnapshot("w", "ask"));
  return { engine, clock, payloads, fire, answer, pause };
}

describe("a pause of a node with pauseTimeoutMs", () => {
  it("ends after that time", async () => {
    const paused = await asking([timeoutEdge]).pause();
    expect(paused.pause).toEqual({ nodeId: "ask", data: "well?", dueAt: 61_005, isTimeout: true });
  });

  it("ends by the node's own timer if that comes first, and the node runs again", async () => {
    const { pause, fire, engine, payloads } = asking([timeoutEdge], { dueInMs: 60_000 });
    const paused = await pause();
    expect(paused.pause).toEqual({ nodeId: "ask", data: "well?", dueAt: 61_005 });
    expect(engine.fireTimer(paused)).toEqual(timerTransition(paused));
    await engine.executeStep(fire(paused));
    expect(payloads).toEqual([undefined, { timer: 61_005 }]);
  });

  it("ends before the node's own timer if that comes later", async () => {
    const paused = await asking([timeoutEdge], { dueInMs: 60_001 }).pause();
    expect(paused.pause).toMatchObject({ dueAt: 61_005, isTimeout: true });
  });

  it("is left by timeout without running the node again", async () => {
    const { pause, fire, engine, payloads, clock } = asking([timeoutEdge]);
    const paused = await pause();
    clock.time = 70_000;
    const after = fire(paused);
    expect(after).toMatchObject({ status: "active", currentNodeId: "escalate", stepCount: 1 });
    expect(after.context["ask"]).toEqual([
      { output: { timedOut: true, dueAt: 61_005 }, timestamp: 70_000, attempt: 1 },
    ]);
    for (const key of ["pause", "pauseDeadline", "externalPayload"]) expect(after).not.toHaveProperty(key);
    expect((await engine.execute({ snapshot: after })).status).toBe("completed");
    expect(payloads).toEqual([undefined]);
    expect(() => timerTransition(paused)).toThrow("ends by its timeout");
  });

  it("without an edge timeout has failed for good", async () => {
    const { pause, fire } = asking([]);
    const failed = fire(await pause());
    expect(failed).toMatchObject({
      status: "failed",
      currentNodeId: "ask",
      metadata: { failedReason: "Node 'ask' paused for longer than its pauseTimeoutMs allows" },
    });
    expect(failed.context["ask"]).toMatchObject([{ output: null, errorCode: "pause.timeout", attempt: 1 }]);
  });

  it("without an edge timeout is caught by the edge error", async () => {
    const { pause, fire } = asking([errorEdge]);
    expect(fire(await pause())).toMatchObject({
      status: "active",
      currentNodeId: "escalate",
      caughtError: { nodeId: "ask", code: "pause.timeout" },
    });
  });

  it("without either is undone as far as it came, and undoes its own visit after an edge timeout", async () => {
    const edges = [{ id: "a", source: "next", target: "ask" }, timeoutEdge];
    const { engine, fire, pause } = asking(edges, { node: { compensate: "undo" } });
    const left = fire(await pause());
    expect(left.undo).toEqual([{ nodeId: "ask", visit: 0, by: "undo" }]);
    const again = await engine.executeStep({ ...left, currentNodeId: "ask" });
    const bare = asking([{ id: "a", source: "next", target: "ask" }]);
    expect(bare.fire(again)).toMatchObject({
      status: "active",
      currentNodeId: "undo",
      compensation: { failedReason: expect.stringContaining("pauseTimeoutMs"), failedNodeId: "ask" },
    });
  });

  it("keeps its first deadline when the node asks again, fails, is retried, or sets a timer of its own", async () => {
    const { engine, pause, answer, clock, fire } = asking([timeoutEdge]);
    clock.time = 10_000;
    let snapshot = await pause();
    expect(snapshot.pause?.dueAt).toBe(70_005);
    clock.time = 20_000;
    snapshot = await answer(snapshot, "nonsense");
    expect(snapshot.pause).toMatchObject({ dueAt: 70_005, isTimeout: true });
    snapshot = await answer(snapshot, "throw");
    expect(snapshot).toMatchObject({ status: "error", pauseDeadline: 70_005 });
    // Whoever retried it with another payload lets it ask again, if late.
    clock.time = 99_000;
    snapshot = await engine.executeStep(snapshot, "again");
    expect(snapshot.pause).toMatchObject({ dueAt: 70_005, isTimeout: true });
    expect(fire(snapshot)).toMatchObject({ currentNodeId: "escalate" });
  });

  it("has a new deadline at the next visit, and after an operator's retry", async () => {
    const edges = [{ id: "2", source: "next", target: "ask" }];
    const { engine, pause, answer, clock, fire } = asking(edges);
    let snapshot = await answer(await pause(), { ok: true });
    snapshot = await engine.executeStep(snapshot);
    clock.time = 100_000;
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot.pause?.dueAt).toBe(160_005);
    snapshot = fire(snapshot);
    expect(snapshot.status).toBe("failed");
    snapshot = applyTransition(snapshot, retryTransition(snapshot));
    clock.time = 500_000;
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot.pause?.dueAt).toBe(560_005);
  });

  it("is left by timeout through no payload, whatever it says", async () => {
    const { pause, answer, payloads } = asking([timeoutEdge]);
    let snapshot = await pause();
    const forged = [{ timedOut: true, dueAt: 61_005 }, { timer: 61_005 }];
    for (const payload of forged) snapshot = await answer(snapshot, payload);
    expect(snapshot).toMatchObject({ status: "paused", currentNodeId: "ask" });
    expect(payloads).toEqual([undefined, ...forged]);
  });
});

describe("a pause of a node without pauseTimeoutMs", () => {
  it("is as it ever was", async () => {
    const { engine } = asking([]);
    const plain = new WorkflowEngine({
      workflow: { nodes: [{ id: "ask", type: "wait", data: {} }], edges: [] },
      nodeDefinitions: { wait: { executor: async () => ({ data: 1, __pause: true, dueAt: 7 }) } },
    });
    const paused = await plain.executeStep(engine.createInitialSnapshot("w", "ask"));
    expect(paused.pause).toEqual({ nodeId: "ask", data: 1, dueAt: 7 });
    expect(paused).not.toHaveProperty("pauseDeadline");
  });
});
