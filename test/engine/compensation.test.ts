import { describe, expect, it } from "vitest";
import {
  applyTransition,
  cancelTransition,
  failTransition,
  foldTransitions,
  type Node,
  type NodeDefinition,
  type NodeOutcome,
  retryTransition,
  type Snapshot,
  type StepContext,
  type Transition,
  timerTransition,
  transitionBetween,
  WorkflowEngine,
} from "../../src/engine/index.ts";

/** What a node does, by its id; the others succeed with their id. */
type Behaviour = Readonly<Record<string, (step: StepContext, visit: number) => Partial<NodeOutcome> | undefined>>;

const retryPolicy = { maxAttempts: 2, interval: 10, backoff: "fixed" } as const;

/** A trip: `flight`, `hotel` and `pay`, of which the first two are undone by nodes beside the graph. */
function trip(behaviour: Behaviour = {}, changes: Partial<Record<string, Partial<Node>>> = {}, maxSteps = 100) {
  const seen: StepContext[] = [];
  const work: NodeDefinition = {
    executor: async (data, context, _payload, _globals, step) => {
      if (step === undefined) throw new Error("no step");
      seen.push(step);
      const id = String(data);
      const visit = context[id]?.filter(({ error }) => error === undefined).length ?? 0;
      return { data: `${id} ${visit}`, ...behaviour[id]?.(step, visit) };
    },
  };
  const nodes: readonly Node[] = [
    { id: "flight", type: "work", data: "flight", compensate: "cancelFlight" },
    { id: "hotel", type: "work", data: "hotel", compensate: "cancelHotel" },
    { id: "pay", type: "work", data: "pay" },
    { id: "cancelFlight", type: "work", data: "cancelFlight", retryPolicy },
    { id: "cancelHotel", type: "work", data: "cancelHotel", retryPolicy },
  ].map((node) => ({ ...node, ...changes[node.id] }));
  const edges = [
    { id: "1", source: "flight", target: "hotel" },
    { id: "2", source: "hotel", target: "pay" },
    { id: "3", source: "hotel", target: "flight", sourceHandle: "again" },
  ];
  const engine = new WorkflowEngine({
    workflow: { startNodeId: "flight", nodes, edges, maxSteps },
    nodeDefinitions: { work },
    clock: () => 1_000,
  });
  const start = engine.createInitialSnapshot("w", "flight");
  /** Steps until it has ended; every transition is folded again from the start. */
  const finish = async (snapshot: Snapshot) => {
    let before = snapshot;
    for (let steps = 0; before.status === "active" || before.status === "error"; steps += 1) {
      if (steps > 500) throw new Error("It does not end");
      const after = await engine.executeStep(before);
      expect(applyTransition(before, transitionBetween(before, after))).toStrictEqual(after);
      before = after;
    }
    return before;
  };
  const stepTo = async (nodeId: string) => {
    let snapshot = start;
    while (snapshot.currentNodeId !== nodeId) snapshot = await engine.executeStep(snapshot);
    return snapshot;
  };
  return { engine, start, seen, finish, stepTo };
}

const fails = () => {
  throw new Error("no funds");
};

describe("a workflow that fails", () => {
  it("undoes what was completed, newest first, and then ends with its own reason", async () => {
    const { finish, start, seen } = trip({ pay: fails });
    const end = await finish(start);
    expect(seen.map(({ stepKey }) => stepKey)).toEqual([
      "w#flight#0",
      "w#hotel#0",
      "w#pay#0",
      "w#cancelHotel#undo#hotel#0",
      "w#cancelFlight#undo#flight#0",
    ]);
    expect(seen.slice(3).map(({ compensates }) => compensates)).toEqual([
      { nodeId: "hotel", visit: 0, output: "hotel 0" },
      { nodeId: "flight", visit: 0, output: "flight 0" },
    ]);
    expect(end).toMatchObject({ status: "failed", currentNodeId: "pay" });
    expect(end.metadata).toEqual({
      failedReason: "Error: no funds",
      compensation: { status: "completed", undone: 2, failedCount: 0, failed: [] },
    });
    expect(end).not.toHaveProperty("undo");
    expect(end).not.toHaveProperty("compensation");
    expect(end.context["pay"]).toMatchObject([{ error: "Error: no funds" }]);
    expect(end.context["pay"]?.[0]).not.toHaveProperty("caught");
  });

  it("is active meanwhile, and says what it will end with", async () => {
    const { engine, stepTo } = trip({ pay: fails });
    const snapshot = await stepTo("cancelHotel");
    expect(snapshot).toMatchObject({
      status: "active",
      undo: [
        { nodeId: "flight", visit: 0, by: "cancelFlight" },
        { nodeId: "hotel", visit: 0, by: "cancelHotel" },
      ],
      compensation: { failedReason: "Error: no funds", failedNodeId: "pay", undone: 0, failedCount: 0, failed: [] },
    });
    expect(snapshot.metadata).toEqual({});
    const next = await engine.executeStep(snapshot);
    expect(next).toMatchObject({
      currentNodeId: "cancelFlight",
      undo: [{ nodeId: "flight" }],
      compensation: { undone: 1 },
    });
  });

  it("without anything to undo ends as ever", async () => {
    const { finish, start } = trip({ flight: fails });
    const end = await finish(start);
    expect(end).toMatchObject({ status: "failed", currentNodeId: "flight", version: 1 });
    expect(end.metadata).toEqual({ failedReason: "Error: no funds" });
  });

  it("undoes each visit of a loop with its own output and its own step key", async () => {
    const again = (_step: StepContext, visit: number) => (visit < 2 ? { nextHandle: "again" } : undefined);
    const { finish, start, seen } = trip({ hotel: again, pay: fails });
    const end = await finish(start);
    expect(end.metadata["compensation"]).toMatchObject({ status: "completed", undone: 6 });
    const undone = seen.filter(({ compensates }) => compensates !== undefined);
    expect(undone.map(({ compensates }) => compensates?.output)).toEqual([
      "hotel 2",
      "flight 2",
      "hotel 1",
      "flight 1",
      "hotel 0",
      "flight 0",
    ]);
    expect(new Set(undone.map(({ stepKey }) => stepKey)).size).toBe(6);
  });

  it("that completes undoes nothing, and keeps no list", async () => {
    const { finish, start, seen } = trip();
    const end = await finish(start);
    expect(end).toMatchObject({ status: "completed" });
    expect(end).not.toHaveProperty("undo");
    expect(seen).toHaveLength(3);
  });

  it("is not undone where an edge catches the failure", async () => {
    const { engine } = trip();
    const workflow = {
      nodes: [
        { id: "a", type: "work", data: "a", compensate: "z" },
        { id: "b", type: "bad", data: "b" },
        { id: "c", type: "work", data: "c" },
        { id: "z", type: "work", data: "z" },
      ],
      edges: [
        { id: "1", source: "a", target: "b" },
        { id: "2", source: "b", target: "c", sourceHandle: "error" },
      ],
    };
    const work: NodeDefinition = { executor: async (data) => ({ data }) };
    const catching = new WorkflowEngine({ workflow, nodeDefinitions: { work, bad: { executor: fails } } });
    const end = await catching.execute({ snapshot: engine.createInitialSnapshot("w", "a") });
    expect([end.status, Object.keys(end.context)]).toEqual(["completed", ["a", "b", "c"]]);
  });
});

describe("a compensation", () => {
  it("is retried by its own policy, and has the same step key each time", async () => {
    const { finish, start, seen } = trip({
      pay: fails,
      cancelHotel: ({ attempt }) => {
        if (attempt === 1) throw new Error("busy");
        return undefined;
      },
    });
    expect((await finish(start)).metadata["compensation"]).toMatchObject({ status: "completed", undone: 2 });
    expect(seen.slice(3).map(({ stepKey, attempt }) => `${stepKey} ${attempt}`)).toEqual([
      "w#cancelHotel#undo#hotel#0 1",
      "w#cancelHotel#undo#hotel#0 2",
      "w#cancelFlight#undo#flight#0 1",
    ]);
  });

  it("that fails for good is recorded, and the next one goes on", async () => {
    const { finish, start } = trip({
      pay: fails,
      cancelHotel: () => {
        throw new Error(`hotel is closed ${"x".repeat(500)}`);
      },
    });
    const { metadata, currentNodeId, context } = await finish(start);
    expect(currentNodeId).toBe("pay");
    expect(metadata["failedReason"]).toBe("Error: no funds");
    expect(metadata["compensation"]).toMatchObject({
      status: "failed",
      undone: 1,
      failedCount: 1,
      failed: [{ nodeId: "hotel", visit: 0, error: expect.stringMatching(/^Error: hotel is closed x+…$/) }],
    });
    expect(JSON.stringify(metadata).length).toBeLessThan(500);
    expect(context["cancelHotel"]?.map(({ attempt, caught }) => [attempt, caught])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it("must not pause", async () => {
    const { finish, start } = trip({ pay: fails, cancelHotel: () => ({ __pause: true }) });
    const { metadata, context } = await finish(start);
    expect(metadata["compensation"]).toMatchObject({ undone: 1, failed: [{ nodeId: "hotel" }] });
    expect(context["cancelHotel"]).toMatchObject([{ errorCode: "compensation.paused", attempt: 1 }]);
  });

  it("that the host could not run counts as failed, and the next one goes on", async () => {
    const { engine, stepTo, finish } = trip({ pay: fails });
    const undoing = await stepTo("cancelHotel");
    const after = applyTransition(undoing, engine.failNode(undoing, { code: "killed", message: "It was killed" }));
    expect(after).toMatchObject({ status: "active", currentNodeId: "cancelFlight", stepCount: 4 });
    expect((await finish(after)).metadata["compensation"]).toMatchObject({
      undone: 1,
      failed: [{ nodeId: "hotel", visit: 0, error: "It was killed" }],
    });
  });

  it("names twenty failures, and counts the rest", async () => {
    const again = (_step: StepContext, visit: number) => (visit < 14 ? { nextHandle: "again" } : undefined);
    const { finish, start } = trip({ hotel: again, pay: fails, cancelHotel: fails, cancelFlight: fails });
    const { metadata } = await finish(start);
    expect(metadata["compensation"]).toMatchObject({ status: "failed", undone: 0, failedCount: 30 });
    expect(metadata).toHaveProperty("compensation.failed.length", 20);
  });
});

describe("the limit of steps", () => {
  it("starts compensations, and does not stop them", async () => {
    const { finish, start } = trip({ hotel: () => ({ nextHandle: "again" }) }, {}, 4);
    const end = await finish(start);
    expect(end.metadata).toEqual({
      failedReason: "Step limit exceeded",
      compensation: { status: "completed", undone: 4, failedCount: 0, failed: [] },
    });
    expect(end.stepCount).toBe(8);
  });

  it("of one call of execute starts and ends them in that call", async () => {
    const { engine, start } = trip({ hotel: () => ({ nextHandle: "again" }) });
    const end = await engine.execute({ snapshot: start, stepLimit: 3 });
    expect(end).toMatchObject({ status: "failed", metadata: { compensation: { undone: 3 } } });
  });
});

describe("a cancel", () => {
  it("undoes what was completed, with its reason in the end", async () => {
    const { stepTo, finish } = trip();
    const before = await stepTo("pay");
    const cancel = cancelTransition(before, "changed my mind");
    expect(cancel).toMatchObject({ type: "cancel", status: "active", currentNodeId: "cancelHotel" });
    const undoing = applyTransition(before, cancel);
    expect(transitionBetween(before, undoing)).toStrictEqual(cancel);
    expect(await finish(undoing)).toMatchObject({
      status: "failed",
      currentNodeId: "pay",
      metadata: { failedReason: "Cancelled", cancelReason: "changed my mind", compensation: { undone: 2 } },
    });
    expect(() => cancelTransition(undoing)).toThrow("is being undone already");
  });
});

describe("the end of the time for compensations", () => {
  it("counts those that are left as failed, newest first, and keeps the reason of before", async () => {
    const { stepTo } = trip({ pay: fails });
    const undoing = await stepTo("cancelFlight");
    const late = failTransition(undoing, "Longest duration exceeded");
    const end = applyTransition(undoing, late);
    expect(transitionBetween(undoing, end)).toStrictEqual(late);
    expect(end).toMatchObject({
      status: "failed",
      currentNodeId: "pay",
      metadata: {
        failedReason: "Error: no funds",
        compensation: {
          status: "failed",
          undone: 1,
          failedCount: 1,
          failed: [{ nodeId: "flight", visit: 0, error: "Longest duration exceeded" }],
        },
      },
    });
  });
});

describe("a workflow that was undone", () => {
  it("cannot be retried", async () => {
    const { finish, start } = trip({ pay: fails });
    const end = await finish(start);
    expect(() => retryTransition(end)).toThrow("was undone");
  });

  it("is a refusal for a timer and a resume while it is being undone", async () => {
    const { stepTo } = trip({ pay: fails });
    const undoing = await stepTo("cancelFlight");
    expect(() => timerTransition(undoing)).toThrow("timer");
  });
});

describe("the fold of 10,000 visits and their compensations", () => {
  it("equals applying them one by one", () => {
    const { start } = trip();
    const visits = 10_000;
    const step = (nodeId: string, change: Partial<Transition>): Transition => ({
      ...{ schemaVersion: 1, type: "step", nodeId, status: "active", currentNodeId: nodeId },
      ...change,
    });
    const done = Array.from({ length: visits }, (_, visit) => step("flight", { compensateBy: "cancelFlight", visit }));
    const failed = step("pay", { compensation: { failedReason: "x" }, currentNodeId: "cancelFlight" });
    const undone = Array.from({ length: visits - 1 }, (_, index) =>
      step("cancelFlight", { compensates: { nodeId: "flight", visit: visits - 1 - index } }),
    );
    const all = [...done, failed, ...undone];
    const folded = foldTransitions(start, all);
    expect(folded.undo).toEqual([{ nodeId: "flight", visit: 0, by: "cancelFlight" }]);
    expect(folded.compensation).toMatchObject({ undone: visits - 1 });
    expect(folded).toStrictEqual(all.reduce(applyTransition, start));
  });
});
