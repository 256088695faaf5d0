import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyTransition,
  cancelTransition,
  failTransition,
  foldTransitions,
  isTerminal,
  lastOutput,
  type NodeDefinition,
  resumeTransition,
  retryTransition,
  type Snapshot,
  TerminalError,
  type Transition,
  timerTransition,
  transitionBetween,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { chainOf, deepFreeze, echo, FakeClock, throwing, wait } from "./engine-under-test.ts";

const nodeId = fc.constantFrom("a", "b", "toString", "hasOwnProperty");
const result = fc.record(
  {
    output: fc.jsonValue(),
    timestamp: fc.nat(),
    attempt: fc.integer({ min: 1, max: 9 }),
    error: fc.string(),
    errorCode: fc.string(),
    caught: fc.constant(true as const),
  },
  { requiredKeys: ["output", "timestamp", "attempt"] },
);
const transition: fc.Arbitrary<Transition> = fc.record(
  {
    schemaVersion: fc.constant(1 as const),
    type: fc.constantFrom("step", "resume", "timer", "cancel", "fail", "retry"),
    nodeId: fc.option(nodeId),
    status: fc.constantFrom("active", "paused", "error", "completed", "failed"),
    currentNodeId: fc.option(nodeId),
    result,
    retryState: fc.record({ nodeId, attempts: fc.nat() }),
    pause: fc.record({ nodeId, data: fc.jsonValue() }),
    pauseDeadline: fc.nat(),
    compensateBy: nodeId,
    visit: fc.nat(),
    compensation: fc.record(
      { failedReason: fc.string(), cancelReason: fc.string() },
      { requiredKeys: ["failedReason"] },
    ),
    compensates: fc.record({ nodeId, visit: fc.nat() }),
    externalPayload: fc.jsonValue(),
    metadata: fc.dictionary(fc.constantFrom("failedReason", "x"), fc.jsonValue()),
    startedAt: fc.nat(),
    durationMs: fc.nat(),
  },
  { requiredKeys: ["schemaVersion", "type", "nodeId", "status", "currentNodeId"] },
);
const initial = (): Snapshot => chainOf({ a: echo }).createInitialSnapshot("w", "a", { order: 1 });

describe("foldTransitions", () => {
  it("equals applying one transition after the other, from any snapshot", () => {
    fc.assert(
      fc.property(fc.array(transition), fc.array(transition), (before, after) => {
        const start = deepFreeze(before.reduce(applyTransition, initial()));
        expect(foldTransitions(start, deepFreeze(after))).toStrictEqual(after.reduce(applyTransition, start));
      }),
    );
  });

  it("raises the version by exactly 1 per transition (I1), and the step count by 1 per step", () => {
    fc.assert(
      fc.property(fc.array(transition), (transitions) => {
        const snapshot = foldTransitions(initial(), transitions);
        expect(snapshot.version).toBe(transitions.length);
        expect(snapshot.stepCount).toBe(transitions.filter(({ type }) => type === "step").length);
      }),
    );
  });

  it("returns the snapshot itself when there is nothing to fold", () => {
    const snapshot = initial();
    expect(foldTransitions(snapshot, [])).toBe(snapshot);
  });

  it("keeps a node called __proto__ off every prototype (I17)", () => {
    const step: Transition = {
      schemaVersion: 1,
      type: "step",
      nodeId: "__proto__",
      status: "active",
      currentNodeId: "a",
      result: { output: "evil", timestamp: 1, attempt: 1 },
    };
    for (const snapshot of [foldTransitions(initial(), [step]), applyTransition(initial(), step)]) {
      expect(Object.getPrototypeOf(snapshot.context)).toBe(Object.prototype);
      expect(lastOutput(snapshot.context, "__proto__")).toBe("evil");
    }
  });
});

describe("applyTransition", () => {
  it("shares what did not change", () => {
    const ran: Transition = {
      schemaVersion: 1,
      type: "step",
      nodeId: "a",
      status: "active",
      currentNodeId: "b",
      result: { output: 1, timestamp: 1, attempt: 1 },
    };
    const first = applyTransition(initial(), ran);
    const second = applyTransition(first, { ...ran, nodeId: "b" });
    expect(second.context["a"]).toBe(first.context["a"]);
    expect(second.metadata).toBe(first.metadata);
    expect(second.input).toBe(first.input);
    expect(first.context["b"]).toBeUndefined();
  });
});

/** What happens to a workflow: a step of some kind, or something from outside. */
const events = [
  "succeed",
  "leave",
  "fail",
  "failForGood",
  "pause",
  "pauseWithTimer",
  "resume",
  "timer",
  "cancel",
  "expire",
  "failInPlace",
  "stepWithPayload",
] as const;
type Event = (typeof events)[number];
const event = fc.constantFrom(...events);

function scripted(clock: FakeClock) {
  const script: { next: Event } = { next: "succeed" };
  const node: NodeDefinition = {
    retryPolicy: { maxAttempts: 3, interval: 10, backoff: "fixed" },
    executor: async (_data, _context, payload) => {
      clock.time += 7;
      if (script.next === "fail") throw new Error("failed");
      if (script.next === "failForGood") throw new TerminalError("failed for good");
      if (script.next === "pause") return { data: null, __pause: true };
      if (script.next === "pauseWithTimer") return { data: { a: 1 }, __pause: true, dueAt: clock.time + 5 };
      return { data: payload ?? "none", ...(script.next === "leave" && { nextHandle: "nowhere" }) };
    },
  };
  const workflow = {
    startNodeId: "a",
    nodes: [
      { id: "a", type: "node", data: {}, compensate: "undo", pauseTimeoutMs: 3 },
      { id: "b", type: "node", data: {}, compensate: "undo", pauseTimeoutMs: 50 },
      { id: "undo", type: "node", data: {} },
    ],
    edges: [
      { id: "1", source: "a", target: "b" },
      { id: "2", source: "b", target: "a" },
      { id: "3", source: "b", target: "a", sourceHandle: "error" },
      { id: "4", source: "a", target: "a", sourceHandle: "timeout" },
    ],
  };
  const engine = new WorkflowEngine({ workflow, nodeDefinitions: { node }, clock: clock.now });
  return { engine, script };
}

async function advance(
  { engine, script }: ReturnType<typeof scripted>,
  before: Snapshot,
  next: Event,
): Promise<Snapshot> {
  script.next = next;
  const outside = outsideOf(engine, before, next);
  if (outside !== undefined) {
    const after = applyTransition(before, outside);
    if (outside.type !== "step") expect(transitionBetween(before, after)).toStrictEqual(outside);
    return after;
  }
  return engine.executeStep(before, next === "stepWithPayload" || next === "fail" ? { given: 1 } : undefined);
}

function outsideOf(engine: WorkflowEngine, before: Snapshot, next: Event): Transition | undefined {
  if (isTerminal(before)) return undefined;
  if (next === "cancel" && before.compensation === undefined) return cancelTransition(before, "why");
  if (next === "expire") return failTransition(before, "too late");
  if (next === "failInPlace") return engine.failNode(before, { code: "killed", message: "was killed" });
  if (before.status !== "paused") return undefined;
  if (next === "timer" && before.pause?.dueAt !== undefined) return engine.fireTimer(before);
  return next === "resume" ? resumeTransition(before, { ok: true }) : undefined;
}

describe("transitionBetween", () => {
  it("leads from each snapshot of a run to the next, and survives JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const run = scripted(new FakeClock());
        const transitions: Transition[] = [];
        const start = run.engine.createInitialSnapshot("w", "a", { order: 1 });
        let before = start;
        for (const next of events) {
          const after = await advance(run, deepFreeze(before), next);
          if (after === before) continue;
          const between = transitionBetween(before, after);
          expect(applyTransition(before, between)).toStrictEqual(after);
          transitions.push(JSON.parse(JSON.stringify(between)));
          before = after;
        }
        expect(foldTransitions(start, transitions)).toStrictEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it("is the very transition that was applied", async () => {
    const engine = chainOf({ wait });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    for (const outside of [
      resumeTransition(paused, { ok: 1 }),
      cancelTransition(paused, "why"),
      failTransition(paused, "late"),
    ]) {
      expect(transitionBetween(paused, applyTransition(paused, outside))).toStrictEqual(outside);
    }
    const timed = { ...paused, pause: { nodeId: "wait", dueAt: 5 } };
    expect(transitionBetween(timed, applyTransition(timed, timerTransition(timed)))).toStrictEqual(
      timerTransition(timed),
    );
  });

  it("does not store a payload again that a retry carries over", async () => {
    const engine = chainOf({
      a: throwing([1, 2], { retryPolicy: { maxAttempts: 3, interval: 1, backoff: "fixed" } }),
    });
    const before = engine.createInitialSnapshot("w", "a", { big: "x".repeat(1_000) });
    const after = await engine.executeStep(before);
    expect(after).toMatchObject({ status: "error", externalPayload: before.input });
    expect(JSON.stringify(transitionBetween(before, after)).length).toBeLessThan(500);
  });

  it("refuses snapshots that are not one version apart, or not of one workflow", () => {
    const snapshot = initial();
    expect(() => transitionBetween(snapshot, snapshot)).toThrow("No single transition leads from w#0 to w#0");
    expect(() => transitionBetween(snapshot, { ...snapshot, workflowId: "v", version: 1 })).toThrow("to v#1");
  });
});

describe("transitions from outside", () => {
  it("resume and timer activate the paused node with their payload and drop the pause", async () => {
    const engine = chainOf({ wait: { executor: async () => ({ data: 1, __pause: true, dueAt: 99 }) } });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    const resumed = applyTransition(paused, resumeTransition(paused, undefined));
    expect(resumed).toMatchObject({ status: "active", currentNodeId: "wait", version: 2, externalPayload: null });
    expect(resumed).not.toHaveProperty("pause");
    const fired = applyTransition(paused, timerTransition(paused));
    expect(fired).toMatchObject({
      status: "active",
      currentNodeId: "wait",
      version: 2,
      externalPayload: { timer: 99 },
    });
    expect(fired.stepCount).toBe(paused.stepCount);
  });

  it("retry lets a failed workflow go on from its node, with a new count of attempts and the payload it had", async () => {
    let runs = 0;
    const once: NodeDefinition = {
      retryPolicy: { maxAttempts: 1, interval: 1, backoff: "fixed" },
      executor: async (_data, _context, payload, _globals, step) => {
        runs += 1;
        if (runs === 1) throw new Error("broken");
        return { data: { payload, attempt: step?.attempt, stepKey: step?.stepKey } };
      },
    };
    const engine = chainOf({ once });
    const failed = await engine.executeStep(engine.createInitialSnapshot("w", "once", { order: 1 }));
    expect(failed).toMatchObject({ status: "failed", metadata: { failedReason: "Error: broken" } });
    const transition = retryTransition(failed);
    const retried = applyTransition(failed, transition);
    expect(retried).toMatchObject({ status: "active", currentNodeId: "once", version: 2, metadata: {} });
    expect(retried.metadata).not.toHaveProperty("failedReason");
    expect(transitionBetween(failed, retried)).toStrictEqual(transition);
    expect((await engine.executeStep(retried)).context["once"]?.at(-1)?.output).toEqual({
      payload: { order: 1 },
      attempt: 1,
      stepKey: "w#once#0",
    });
  });

  it("retry keeps a resume's payload that a cancel came before", async () => {
    const engine = chainOf({ wait });
    const paused = await engine.executeStep(engine.createInitialSnapshot("w", "wait"));
    const resumed = applyTransition(paused, resumeTransition(paused, { ok: 1 }));
    const cancelled = applyTransition(resumed, cancelTransition(resumed, "why"));
    const retried = applyTransition(cancelled, retryTransition(cancelled));
    expect(retried).toMatchObject({ status: "active", externalPayload: { ok: 1 }, metadata: {} });
    expect(retried.metadata).not.toHaveProperty("cancelReason");
  });

  it("refuse a workflow that is in the wrong state (I10, I11)", () => {
    const active = initial();
    const failed = applyTransition(active, failTransition(active, "late"));
    expect(failed).toMatchObject({
      status: "failed",
      metadata: { failedReason: "late" },
      currentNodeId: "a",
      version: 1,
    });
    expect(() => resumeTransition(active, 1)).toThrow("resume: workflow w is active, not paused");
    expect(() => timerTransition(active)).toThrow("has no pause with a due time");
    expect(() => cancelTransition(failed)).toThrow("cancel: workflow w has ended (failed)");
    expect(() => failTransition(failed, "again")).toThrow("has ended");
    expect(() => retryTransition(active)).toThrow("retry: workflow w is active, not failed");
  });
});
