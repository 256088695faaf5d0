import { describe, expect, it } from "vitest";
import {
  applyTransition,
  type NodeDefinition,
  retryTransition,
  type StepContext,
  WorkflowEngine,
} from "../../src/engine/index.ts";

describe("the step context", () => {
  const spying = (seen: StepContext[], errors: unknown[]): NodeDefinition => ({
    retryPolicy: { maxAttempts: 5, interval: 10, backoff: "fixed" },
    executor: async (_data, _context, _payload, _globals, step) => {
      if (step !== undefined) seen.push(step);
      if (errors.length > 0) throw errors.shift();
      return { data: 1 };
    },
  });
  const loop = {
    nodes: [{ id: "a", type: "spy", data: {} }],
    edges: [{ id: "e", source: "a", target: "a" }],
  };

  it("keeps the step key across retries and changes it with every visit", async () => {
    const seen: StepContext[] = [];
    const engine = new WorkflowEngine({ workflow: loop, nodeDefinitions: { spy: spying(seen, ["x", "y"]) } });
    let snapshot = engine.createInitialSnapshot("w", "a");
    for (let step = 0; step < 4; step++) snapshot = await engine.executeStep(snapshot);
    expect(seen.map(({ stepKey }) => stepKey)).toEqual(["w#a#0", "w#a#0", "w#a#0", "w#a#1"]);
    expect(seen.map(({ attemptKey }) => attemptKey)).toEqual(["w#a#0#1", "w#a#0#2", "w#a#0#3", "w#a#1#1"]);
    expect(seen.map(({ attempt, version }) => [attempt, version])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [1, 3],
    ]);
    expect(seen[0]?.signal.aborted).toBe(false);
    await expect(seen[0]?.resumeToken()).rejects.toThrow("No resume token");
  });

  it("takes signal, attempt key and resume token from the host", async () => {
    const seen: StepContext[] = [];
    const engine = new WorkflowEngine({ workflow: loop, nodeDefinitions: { spy: spying(seen, []) } });
    const { signal } = new AbortController();
    const environment = { signal, attemptKey: "mine", resumeToken: async () => "secret" };
    await engine.executeStep(engine.createInitialSnapshot("w", "a"), undefined, undefined, environment);
    expect(seen[0]).toMatchObject({ signal, attemptKey: "mine", stepKey: "w#a#0" });
    expect(await seen[0]?.resumeToken()).toBe("secret");
  });

  it("counts attempts of its own node alone", async () => {
    const seen: StepContext[] = [];
    const engine = new WorkflowEngine({ workflow: loop, nodeDefinitions: { spy: spying(seen, []) } });
    const start = engine.createInitialSnapshot("w", "a");
    await engine.executeStep({ ...start, retryState: { nodeId: "elsewhere", attempts: 4 } });
    expect(seen[0]?.attempt).toBe(1);
  });

  it("says that a payload is the start's until the first pause, at every kind of retry, and never after", async () => {
    const seen: StepContext[] = [];
    const asks: NodeDefinition = {
      executor: async (_data, _context, payload, _globals, step) => {
        if (step !== undefined) seen.push(step);
        if (seen.length <= 2) throw new Error("not yet");
        return seen.length === 3 ? { data: "asked", __pause: true } : { data: payload };
      },
    };
    const retryPolicy = { maxAttempts: 2, interval: 0, backoff: "fixed" } as const;
    const node = { id: "a", type: "asks", data: {}, retryPolicy };
    const workflow = { nodes: [node, { ...node, id: "b" }], edges: [{ id: "e", source: "a", target: "b" }] };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { asks } });
    let snapshot = engine.createInitialSnapshot("w", "a", { approved: true });
    snapshot = await engine.executeStep(await engine.executeStep(snapshot));
    expect(snapshot.status).toBe("failed");
    snapshot = await engine.executeStep(applyTransition(snapshot, retryTransition(snapshot)));
    expect(snapshot.status).toBe("paused");
    snapshot = await engine.executeStep(await engine.executeStep(snapshot, { approved: true }));
    expect(snapshot.status).toBe("completed");
    expect(seen.map(({ isStartPayload = false }) => isStartPayload)).toEqual([true, true, true, false, false]);
  });
});
