import { beforeEach, describe, expect, it } from "vitest";
import { body, functionTimeoutMs, Harness } from "./harness.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger, startOfTests } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

const slowRetry = {
  id: "slow-retry",
  nodes: [{ id: "slow", type: "slow", data: {} }],
  edges: [],
};
const timer = (dueInMs: number) => ({
  id: "timer",
  nodes: [{ id: "ask", type: "approve", data: { dueInMs } }],
  edges: [],
});

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 3), approval, slowRetry, timer(5000)], nodes: ledger.nodes });
});

describe("a workflow", () => {
  it("runs from its start to its end, one node per message", async () => {
    await harness.start("w", "chain", { hello: "world" });
    await harness.run();
    const view = await harness.view("w");
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2"]);
    expect(view).toMatchObject({ status: "completed", version: 3, currentNodeId: null, input: { hello: "world" } });
    expect(harness.queue.messages).toEqual([]);
  });

  it("gives its input to the first node and to no other", async () => {
    ledger.behaviour = () => undefined;
    await harness.start("w", "chain", { hello: "world" });
    await harness.run();
    const { context } = await harness.view("w");
    expect([context["a"]?.[0]?.output, context["b"]?.[0]?.output]).toEqual([{ payload: { hello: "world" } }, {}]);
  });

  it("does not abort the signal of a node that settled in time", async () => {
    await harness.start("w", "chain");
    await harness.run();
    harness.clock.advance(2 * functionTimeoutMs);
    expect(ledger.steps.map(({ signal }) => signal.aborted)).toEqual([false, false, false]);
  });

  it("hands a node a step key that is the same for every attempt, and an attempt key that never is", async () => {
    ledger.behaviour = (name, step) => (name === "b" && step.attempt < 3 ? Promise.reject(new Error("no")) : {});
    await harness.start("w", "chain");
    await harness.run();
    const tries = ledger.steps.slice(1, 4);
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(tries.map(({ stepKey }) => stepKey)).size).toBe(1);
    expect(new Set(tries.map(({ attemptKey }) => attemptKey)).size).toBe(3);
  });

  it("goes on with the graph that it started with after a deploy changed the definition (I15)", async () => {
    await harness.start("w", "chain");
    await harness.poll();
    harness.workflows = [chain("chain", 1)];
    await harness.run();
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2"]);
    await harness.start("new", "chain");
    await harness.run();
    expect(ledger.runs.slice(3)).toEqual(["new:a@0"]);
  });

  it("fails when it passes its longest duration, at a step and at a pause", async () => {
    const day = 24 * 3600 * 1000;
    const workflows = [
      { ...chain("chain", 2), longestDurationMs: day },
      { ...approval, longestDurationMs: day },
    ];
    harness = new Harness({ workflows, nodes: ledger.nodes });
    await harness.start("late", "chain");
    await harness.start("asks", "approval");
    await harness.poll();
    harness.clock.advance(day + 1);
    await harness.run();
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    for (const id of ["late", "asks"]) {
      expect(await harness.view(id)).toMatchObject({
        status: "failed",
        metadata: { failedReason: "Longest duration exceeded" },
      });
    }
    expect(ledger.runs).not.toContain("late:b@1");
  });

  it("is gone for readers once its retention is over, and its id is not reused while items are left", async () => {
    await harness.start("w", "chain");
    await harness.run();
    harness.clock.advance(61 * 24 * 3600 * 1000);
    await expect(harness.view("w")).rejects.toThrow("not-found");
    expect(await harness.start("w", "chain")).toMatchObject({ type: "refused", code: "conflict" });
  });
});

describe("a redelivered message", () => {
  it("commits once, one delivery after the other", async () => {
    await harness.start("w", "chain");
    await harness.dispatch([body({ type: "step", workflowId: "w", version: 0 })]);
    await harness.dispatch([body({ type: "step", workflowId: "w", version: 0 })]);
    expect(ledger.runs).toEqual(["w:a@0"]);
    expect((await harness.view("w")).version).toBe(1);
  });

  it("commits once, two deliveries at the same time: the other one fails and is hidden until the claim ends", async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    ledger.behaviour = () => gate.then(() => ({}));
    await harness.start("w", "chain");
    const first = harness.poll();
    await settle();
    harness.queue.sendBody(body({ type: "step", workflowId: "w", version: 0 }));
    await harness.poll();
    const [, hidden] = harness.queue.messages;
    expect(hidden?.visibleAt).toBe(startOfTests + functionTimeoutMs + 2000);
    finish();
    await first;
    expect(ledger.runs).toEqual(["w:a@0"]);
  });

  it("sends the next message again while its own step is the newest, and never later (I13)", async () => {
    await harness.start("w", "chain");
    harness.queue.purge();
    await harness.step("w", 0);
    harness.queue.purge();
    await harness.step("w", 0);
    expect(harness.queue.messages.map((message) => JSON.parse(message.body))).toMatchObject([{ version: 1 }]);
    harness.queue.purge();
    await harness.step("w", 1);
    harness.queue.purge();
    await harness.step("w", 0);
    expect(harness.queue.messages).toEqual([]);
  });

  it("of a workflow that has ended has nothing to do", async () => {
    await harness.start("w", "chain");
    await harness.run();
    for (const type of ["step", "timer"]) {
      const message = body({ type, workflowId: "w", version: 3 });
      expect(await harness.dispatch([message])).toMatchObject([{ status: "fulfilled" }]);
    }
    expect(await harness.step("w", 3)).toEqual({ type: "settled", why: "ended" });
    expect(ledger.runs).toHaveLength(3);
  });

  it("of the timer of a pause that is over sends the next message again", async () => {
    await harness.start("w", "timer");
    await harness.poll();
    await harness.resume("w", { payload: { answer: 1 } });
    harness.queue.purge();
    await harness.dispatch([body({ type: "timer", workflowId: "w", version: 1 })]);
    expect(harness.queue.messages.map((message) => JSON.parse(message.body))).toMatchObject([
      { type: "step", version: 2 },
    ]);
  });

  it("rewrites a head that is behind", async () => {
    await harness.start("w", "chain");
    const { store } = harness;
    const failingHead = new Proxy(store, {
      get: (target, name) =>
        name === "writeHead"
          ? () => Promise.reject(new Error("lost"))
          : Reflect.get(target, name, target).bind?.(target),
    });
    await harness.step("w", 0);
    await harness.step("w", 1);
    await expect(harness.step("w", 2, harness.dispatcher({ store: failingHead }))).rejects.toThrow("lost");
    expect((await store.load("w"))?.head).toMatchObject({ status: "active" });
    await harness.step("w", 2);
    expect((await store.load("w"))?.head).toMatchObject({ status: "completed", version: 3 });
  });
});

describe("nothing runs before it is due (I9)", () => {
  beforeEach(() => {
    ledger.behaviour = (_name, { attempt }) => (attempt < 2 ? Promise.reject(new Error("no")) : {});
  });

  it("a retry waits for its time on the queue", async () => {
    await harness.start("w", "chain");
    await harness.drain();
    expect(ledger.runs).toEqual(["w:a@0"]);
    expect(await harness.view("w")).toMatchObject({ status: "error", retryState: { attempts: 1 } });
    harness.clock.advance(9_999);
    await harness.drain();
    expect(ledger.runs).toHaveLength(1);
    harness.clock.advance(1);
    await harness.drain();
    expect(ledger.runs).toContain("w:a@1");
  });

  it("an early step message sends itself on with the delay that is left", async () => {
    await harness.start("w", "chain");
    await harness.drain();
    harness.queue.purge();
    harness.clock.advance(4_000);
    expect(await harness.step("w", 1)).toEqual({ type: "settled", why: "not due" });
    expect(harness.queue.messages[0]?.visibleAt).toBe(startOfTests + 10_000);
    expect(ledger.runs).toHaveLength(1);
  });

  it("a retry later than a queue delay reaches is the sweeper's", async () => {
    await harness.start("w", "slow-retry");
    await harness.drain();
    expect(harness.queue.messages).toEqual([]);
    harness.clock.advance(2 * 3600 * 1000 - 1);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.drain();
    expect(ledger.runs).toHaveLength(1);
    harness.clock.advance(1);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { slow: [{}, { output: "at last" }] },
    });
  });

  it("a pause with a timer ends by itself, with the due time as its payload", async () => {
    await harness.start("w", "timer");
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "paused", pause: { dueAt: startOfTests + 5000 } });
    await harness.dispatch([body({ type: "timer", workflowId: "w", version: 1 })]);
    expect((await harness.view("w")).status).toBe("paused");
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { timer: startOfTests + 5000 } }] },
    });
  });
});
