import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  assertValidDefinition,
  defineNode,
  StandardSchemaValidator,
  type StepContext,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { FakeClock } from "./engine-under-test.ts";

const Answer = v.object({ approved: v.boolean(), by: v.optional(v.string(), "nobody") });

/** Tells what its executor was given. */
const ask = defineNode({
  metadata: { externalPayload: Answer },
  handles: ["answered"],
  async executor(_data, _context, answer, _globals, step) {
    if (answer !== undefined) return { data: answer, nextHandle: "answered" };
    const issues = step?.payloadIssues?.map(({ message }) => message);
    return { data: { issues, timerDueAt: step?.timerDueAt }, __pause: true };
  },
});

const step: StepContext = {
  workflowId: "w",
  version: 2,
  attempt: 1,
  startedAt: 0,
  stepKey: "k",
  attemptKey: "k1",
  signal: new AbortController().signal,
  resumeToken: async () => "",
};

const visit = (payload: unknown, over: Partial<StepContext> = {}) =>
  ask.executor({}, {}, payload, undefined, { ...step, ...over });

describe("defineNode", () => {
  it("hands an executor the answer that fits, as its schema yields it", async () => {
    expect(await visit({ approved: true })).toEqual({
      data: { approved: true, by: "nobody" },
      nextHandle: "answered",
    });
  });

  it("hands on no answer that does not fit, and says why; a timer is one of these", async () => {
    expect(await visit({ approved: 1 })).toMatchObject({ data: { issues: [expect.stringContaining("Invalid type")] } });
    expect(await visit({ timer: 17 })).toMatchObject({ data: { timerDueAt: 17, issues: [expect.any(String)] } });
    expect(await visit(undefined)).toEqual({ data: {}, __pause: true });
  });

  it("never takes the start's input for an answer, at a retry of the first node neither", async () => {
    expect(await visit({ approved: true }, { version: 0 })).toEqual({ data: {}, __pause: true });
    const retried = { version: 1, attempt: 2 };
    expect(await visit({ approved: true }, { ...retried, isStartPayload: true })).toMatchObject({ __pause: true });
    expect(await visit({ approved: true }, retried)).toMatchObject({ nextHandle: "answered" });
  });

  it("takes the resume for an answer when the first node failed before its pause", async () => {
    let isBusy = true;
    const busyOnce = defineNode({
      metadata: { externalPayload: Answer },
      retryPolicy: { maxAttempts: 2, interval: 0, backoff: "fixed" },
      async executor(_data, _context, answer) {
        if (answer !== undefined) return { data: answer };
        if (!isBusy) return { data: "asked", __pause: true };
        isBusy = false;
        throw new Error("busy");
      },
    });
    const workflow = { nodes: [{ id: "a", type: "busyOnce", data: {} }], edges: [] };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { busyOnce }, clock: new FakeClock().now });
    let snapshot = engine.createInitialSnapshot("w", "a", { approved: true });
    snapshot = await engine.executeStep(snapshot);
    snapshot = await engine.executeStep(snapshot);
    expect(snapshot).toMatchObject({ status: "paused", pause: { data: "asked" } });
    snapshot = await engine.executeStep(snapshot, { approved: false });
    expect(snapshot).toMatchObject({ status: "completed", context: { a: [{}, { output: { approved: false } }] } });
  });

  it("without a payload schema hands the payload on as it came, the start's input too", async () => {
    const echo = defineNode({ executor: async (_data, _context, payload) => ({ data: payload }) });
    const payload = { any: "thing" };
    const outcome = await echo.executor({}, {}, payload, undefined, { ...step, version: 0 });
    expect(outcome.data).toBe(payload);
  });

  it("reads a payload by a schema that answers later", async () => {
    const later = defineNode({
      metadata: { externalPayload: v.objectAsync({ approved: v.boolean() }) },
      executor: async (_data, _context, answer) => ({ data: answer ?? null }),
    });
    const outcome = await later.executor({}, {}, { approved: true, more: 1 }, undefined, step);
    expect(outcome.data).toEqual({ approved: true });
  });

  it("without handles has the default exit alone, for edges and for an executor that types did not check", async () => {
    const plain = defineNode({ executor: async (data) => ({ data }) });
    const nodes = [
      { id: "a", type: "plain", data: {} },
      { id: "b", type: "plain", data: {} },
    ];
    const edges = [{ id: "e", source: "a", target: "b", sourceHandle: "yes" }];
    expect(() => assertValidDefinition({ id: "d", nodes, edges }, { plain })).toThrow("does not declare");
  });

  it("keeps schemas, handles, retries and the timeout, and leaves out what was not given", () => {
    const retryPolicy = { maxAttempts: 2, interval: 1, backoff: "fixed" } as const;
    const handles = () => ["x"] as const;
    const executor = async () => ({ data: null });
    expect(defineNode({ metadata: { title: "T" }, handles, retryPolicy, timeoutMs: 5, executor })).toMatchObject({
      metadata: { title: "T" },
      retryPolicy,
      handles,
      timeoutMs: 5,
    });
    expect(Object.keys(defineNode({ executor })).sort()).toEqual(["executor", "handles"]);
  });

  it("is validated by its schemas as any other type", async () => {
    const typed = defineNode({
      metadata: { input: v.object({ n: v.number() }) },
      executor: async ({ n }) => ({ data: n + 1 }),
    });
    const engine = new WorkflowEngine({
      workflow: { nodes: [{ id: "a", type: "typed", data: { n: "1" } }], edges: [] },
      nodeDefinitions: { typed },
      validator: new StandardSchemaValidator(),
    });
    const snapshot = await engine.executeStep(engine.createInitialSnapshot("w", "a"));
    expect(snapshot.metadata["failedReason"]).toContain("Validation failed for node 'a'");
  });
});
