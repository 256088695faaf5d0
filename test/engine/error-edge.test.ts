import { describe, expect, it } from "vitest";
import {
  applyTransition,
  cancelTransition,
  type Edge,
  failTransition,
  lastError,
  lastOutput,
  type Node,
  type NodeDefinition,
  resumeTransition,
  retryTransition,
  type StepContext,
  TerminalError,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { deepFreeze, throwing } from "./engine-under-test.ts";

/** `risky` leads to `next`, and by failing to `rescue`, which leads to `next` too. */
function rescued(
  risky: NodeDefinition,
  rescue: NodeDefinition,
  changes: { nodes?: readonly Node[]; edges?: readonly Edge[] } = {},
) {
  const nodes: readonly Node[] = [
    { id: "risky", type: "risky", data: {} },
    { id: "rescue", type: "rescue", data: {} },
    { id: "next", type: "next", data: {} },
  ];
  const edges: readonly Edge[] = [
    { id: "1", source: "risky", target: "next" },
    { id: "2", source: "risky", target: "rescue", sourceHandle: "error" },
    { id: "3", source: "rescue", target: "next" },
  ];
  const seen: StepContext[] = [];
  const spying = (definition: NodeDefinition): NodeDefinition => ({
    ...definition,
    executor: (data, context, payload, globals, step) => {
      if (step !== undefined) seen.push(step);
      return definition.executor(data, context, payload, globals, step);
    },
  });
  const next: NodeDefinition = { executor: async () => ({ data: "next" }) };
  const engine = new WorkflowEngine({
    workflow: { startNodeId: "risky", nodes: changes.nodes ?? nodes, edges: changes.edges ?? edges },
    nodeDefinitions: { risky: spying(risky), rescue: spying(rescue), next: spying(next) },
    clock: () => 1_000,
  });
  return { engine, seen, start: engine.createInitialSnapshot("w", "risky", { order: 1 }) };
}

const ok: NodeDefinition = { executor: async () => ({ data: "ok" }) };
const declined = new TerminalError("declined", { code: "card.declined" });
const caught = { nodeId: "risky", code: "card.declined", message: "TerminalError: declined", attempts: 1 };

describe("the edge error", () => {
  it("catches the final failure of a node, and its target is told", async () => {
    const { engine, seen, start } = rescued(throwing([declined]), ok);
    const after = await engine.executeStep(deepFreeze(start), { given: 1 });
    expect(after).toMatchObject({ status: "active", currentNodeId: "rescue", version: 1, caughtError: caught });
    expect(after).not.toHaveProperty("externalPayload");
    expect(after.context["risky"]).toEqual([
      {
        output: null,
        timestamp: 1_000,
        attempt: 1,
        error: "TerminalError: declined",
        errorCode: "card.declined",
        caught: true,
      },
    ]);
    const end = await engine.execute({ snapshot: after });
    expect(end.status).toBe("completed");
    expect(end.metadata).toEqual({});
    expect(seen.map(({ caughtError }) => caughtError)).toEqual([undefined, caught, undefined]);
    expect(end).not.toHaveProperty("caughtError");
  });

  it("waits for the retries", async () => {
    const retryPolicy = { maxAttempts: 2, interval: 1, backoff: "fixed" } as const;
    const { engine, start } = rescued(throwing(["a", "b"], { retryPolicy }), ok);
    const pending = await engine.executeStep(start);
    expect(pending).toMatchObject({ status: "error", currentNodeId: "risky" });
    expect(await engine.executeStep(pending)).toMatchObject({
      currentNodeId: "rescue",
      caughtError: { code: "error", message: "b", attempts: 2 },
    });
  });

  it("catches a broken contract too", async () => {
    const { engine, start } = rescued({ executor: async () => ({ data: 1n }) }, ok);
    expect(await engine.executeStep(start)).toMatchObject({
      currentNodeId: "rescue",
      caughtError: { code: "node.data-not-json" },
    });
  });

  it("is told to its target through retries, pauses and an operator's retry, until it leaves", async () => {
    let runs = 0;
    const rescue: NodeDefinition = {
      retryPolicy: { maxAttempts: 2, interval: 1, backoff: "fixed" },
      executor: async (_data, _context, payload) => {
        runs += 1;
        if (payload === undefined && runs > 1) return { data: "ask", __pause: true };
        if (runs < 5) throw new Error("not yet");
        return { data: "saved" };
      },
    };
    const { engine, seen, start } = rescued(throwing([declined]), rescue);
    let snapshot = await engine.executeStep(start);
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot.status).toBe("error");
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot.status).toBe("paused");
    snapshot = applyTransition(snapshot, resumeTransition(snapshot, "go"));
    snapshot = await engine.executeStep(snapshot);
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot).toMatchObject({ status: "failed", currentNodeId: "rescue", caughtError: caught });
    snapshot = applyTransition(snapshot, retryTransition(snapshot));
    snapshot = await engine.execute({ snapshot });
    expect(snapshot.status).toBe("completed");
    expect(seen.slice(1).map(({ caughtError }) => caughtError?.code)).toEqual([
      ...Array(5).fill("card.declined"),
      undefined,
    ]);
  });

  it("ends a visit: a loop that comes back has another step key, and lastOutput stays the last success", async () => {
    const { engine, seen, start } = rescued(throwing([declined]), ok, {
      edges: [
        { id: "1", source: "risky", target: "next" },
        { id: "2", source: "risky", target: "rescue", sourceHandle: "error" },
        { id: "3", source: "rescue", target: "risky" },
      ],
    });
    const end = await engine.execute({ snapshot: start });
    expect(seen.map(({ stepKey }) => stepKey)).toEqual(["w#risky#0", "w#rescue#0", "w#risky#1", "w#next#0"]);
    expect(lastOutput(end.context, "risky")).toBe("done");
    expect(lastError(end.context, "risky")).toBeUndefined();
  });

  it("may lead back to the node itself, within the limit of steps", async () => {
    const nodes = [{ id: "risky", type: "risky", data: {} }];
    const edges = [{ id: "1", source: "risky", target: "risky", sourceHandle: "error" }];
    const { engine, seen, start } = rescued(throwing([declined, declined]), ok, { nodes, edges });
    expect((await engine.execute({ snapshot: start })).status).toBe("completed");
    expect(seen.map(({ caughtError, stepKey }) => [caughtError?.code, stepKey])).toEqual([
      [undefined, "w#risky#0"],
      ["card.declined", "w#risky#1"],
      ["card.declined", "w#risky#2"],
    ]);
  });

  it("does not catch a cancel, nor a failure from outside the node", async () => {
    const { start } = rescued(ok, ok);
    expect(applyTransition(start, cancelTransition(start))).toMatchObject({ status: "failed" });
    expect(applyTransition(start, failTransition(start, "Longest duration exceeded"))).toMatchObject({
      status: "failed",
      currentNodeId: "risky",
    });
  });
});

describe("a failure that the host found in a node's place", () => {
  const killed = { code: "killed", message: "It was killed", lostAttempts: 2 };

  it("is caught like the node's own, and counts as a step", async () => {
    const { engine, start } = rescued(ok, ok);
    const after = applyTransition(start, engine.failNode(start, killed));
    expect(after).toMatchObject({
      status: "active",
      currentNodeId: "rescue",
      stepCount: 1,
      caughtError: { nodeId: "risky", code: "killed", message: "It was killed", attempts: 3 },
    });
  });

  it("is a plain failure where nothing catches it", async () => {
    const { engine, start } = rescued(ok, ok, { edges: [] });
    expect(engine.failNode(start, killed)).toEqual(failTransition(start, "It was killed"));
    const failed = applyTransition(start, failTransition(start, "x"));
    expect(() => engine.failNode(failed, killed)).toThrow("has ended");
  });
});

describe("lastError", () => {
  const failure = { output: null, timestamp: 1, attempt: 2, error: "broken", errorCode: "busy" };
  const success = { output: 1, timestamp: 1, attempt: 1 };

  it("is the failure that the last result is, and nothing after a success", () => {
    const context = { a: [success, failure], b: [failure, success] };
    expect(lastError(context, "a")).toEqual({ nodeId: "a", code: "busy", message: "broken", attempts: 2 });
    expect(["b", "d", "toString", "__proto__"].map((id) => lastError(context, id))).toEqual(Array(4).fill(undefined));
    const { errorCode: _code, ...old } = failure;
    expect(lastError({ a: [old] }, "a")?.code).toBe("error");
  });
});
