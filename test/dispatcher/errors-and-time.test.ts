import { beforeEach, describe, expect, it } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { type RetryPolicy, TerminalError } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { settle } from "./settle.ts";
import { Ledger } from "./test-workflows.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const work = (name: string, changes: Partial<WorkflowDefinition["nodes"][number]> = {}) => ({
  id: name,
  type: "work",
  data: { name },
  ...changes,
});

/** `a` leads to `b`; what fails at `a` leads to `rescue`. */
const caught: WorkflowDefinition = {
  id: "caught",
  nodes: [work("a"), work("b"), work("rescue")],
  edges: [
    { id: "1", source: "a", target: "b" },
    { id: "2", source: "a", target: "rescue", sourceHandle: "error" },
  ],
};

/** `a`, `b`, `c` in a chain; `a` and `b` are undone by nodes of their own. */
const undone = (
  id: string,
  retryPolicy: RetryPolicy,
  changes: Partial<WorkflowDefinition> = {},
): WorkflowDefinition => ({
  id,
  startNodeId: "a",
  nodes: [
    work("a", { compensate: "undoA" }),
    work("b", { compensate: "undoB" }),
    work("c", id === "brief" ? { retryPolicy } : {}),
    work("undoA", { retryPolicy }),
    work("undoB", { retryPolicy }),
  ],
  edges: [
    { id: "1", source: "a", target: "b" },
    { id: "2", source: "b", target: "c" },
  ],
  ...changes,
});

const ask: WorkflowDefinition = {
  id: "ask",
  nodes: [{ id: "ask", type: "approve", data: {}, pauseTimeoutMs: 2 * dayMs }, work("after"), work("escalate")],
  edges: [
    { id: "1", source: "ask", target: "after" },
    { id: "2", source: "ask", target: "escalate", sourceHandle: "timeout" },
  ],
};

const twice: RetryPolicy = { maxAttempts: 2, interval: 1_000, backoff: "fixed" };
const daily: RetryPolicy = { maxAttempts: 100, interval: 4 * dayMs, backoff: "fixed" };

let ledger: Ledger;
let harness: Harness;
let broken: ReadonlySet<string>;

beforeEach(() => {
  ledger = new Ledger();
  broken = new Set();
  ledger.behaviour = (name) => {
    if (broken.has(name)) throw new Error(`${name} is broken`);
    return { name };
  };
  harness = new Harness({
    workflows: [caught, undone("undone", twice), undone("brief", daily, { longestDurationMs: dayMs }), ask],
    nodes: ledger.nodes,
    settings: { maxValueBytes: 20_000 },
  });
});

const runs = () => ledger.runs.map((run) => run.replace(/^w:|@\d+$/g, ""));
const retry = () => harness.execute({ type: "retry", schemaVersion: 1, workflowId: "w" }, "operator");

async function dieAtFirstStep(times: number) {
  for (let count = 0; count < times; count += 1) {
    const claim = { token: `dead-${count}`, expiresAt: 0, now: harness.clock.now() };
    await harness.store.claim({ workflowId: "w", version: 0, purgeAt: 0 }, claim);
  }
}

/** Lets time pass with a sweep every hour, and drains the queue. */
async function passDays(days: number) {
  for (let hour = 0; hour < days * 24; hour += 1) {
    harness.clock.advance(60 * minuteMs);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.drain();
  }
}

describe("a failure that the dispatcher finds in a node's place takes the edge error", () => {
  it("when its version was claimed too often", async () => {
    await harness.start("w", "caught");
    await dieAtFirstStep(3);
    await harness.run();
    const { status, context } = await harness.view("w");
    expect([status, runs()]).toEqual(["completed", ["rescue"]]);
    expect(context["a"]).toMatchObject([{ errorCode: "step.claimed-too-often", attempt: 3, caught: true }]);
    expect(ledger.steps[0]?.caughtError).toMatchObject({ nodeId: "a", code: "step.claimed-too-often", attempts: 3 });
  });

  it("when its result is too large to be stored", async () => {
    ledger.behaviour = (name) => (name === "a" ? "x".repeat(20_001) : name);
    await harness.start("w", "caught");
    await harness.run();
    expect(runs()).toEqual(["a", "rescue"]);
    expect(ledger.steps[1]?.caughtError).toMatchObject({
      code: "value.too-large",
      message: "The result of node 'a' takes 20003 bytes; at most 20000 can be stored",
    });
  });

  it("when its result has a secret", async () => {
    let token = "";
    ledger.behaviour = async (name, step) => {
      if (name === "a") token = await step.resumeToken();
      return name === "a" ? { token } : name;
    };
    await harness.start("w", "caught");
    await harness.run();
    expect(ledger.steps[1]?.caughtError).toMatchObject({ code: "secret.leaked" });
    expect(JSON.stringify(await harness.store.load("w"))).not.toContain(token);
  });

  it("and fails the workflow where there is none", async () => {
    broken = new Set(["c", "undoB"]);
    await harness.start("w", "undone");
    await dieAtFirstStep(3);
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      metadata: { failedReason: expect.stringContaining("was claimed 3 times and never committed") },
    });
    expect(runs()).toEqual([]);
  });
});

describe("a workflow that fails after completed work", () => {
  it("undoes it, newest first, ends with its own reason, and cannot be retried", async () => {
    broken = new Set(["c"]);
    await harness.start("w", "undone");
    await harness.run();
    expect(runs()).toEqual(["a", "b", "c", "c", "c", "undoB", "undoA"]);
    const view = await harness.view("w");
    expect(view).toMatchObject({
      status: "failed",
      currentNodeId: "c",
      metadata: { failedReason: "Error: c is broken", compensation: { status: "completed", undone: 2 } },
    });
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "undone", outcome: "failed" }]);
    expect(await retry()).toMatchObject({ code: "conflict", reason: expect.stringContaining("was undone") });
    expect((await harness.store.load("w"))?.head).toMatchObject({
      status: "failed",
      failedReason: "Error: c is broken",
    });
  });

  it("is active meanwhile: a cancel, a resume and a retry find it ended, and its lists say active", async () => {
    broken = new Set(["c", "undoB"]);
    await harness.start("w", "undone");
    while ((await harness.view("w")).compensation === undefined) {
      if ((await harness.poll()) === 0) harness.clock.advance(1_000);
    }
    const view = await harness.view("w");
    expect(view).toMatchObject({
      status: "active",
      undo: [{ nodeId: "a", by: "undoA" }, { nodeId: "b" }],
      compensation: { failedReason: "Error: c is broken", undone: 0 },
    });
    expect(await harness.cancel("w")).toEqual({ type: "settled", why: "ended" });
    expect(await harness.resume("w", { payload: 1 })).toMatchObject({ code: "conflict" });
    expect(await retry()).toMatchObject({ code: "conflict", reason: "The workflow is active, not failed" });
    expect(await harness.view("w")).toEqual(view);
    await harness.run();
    expect((await harness.view("w")).metadata["compensation"]).toMatchObject({
      status: "failed",
      undone: 1,
      failed: [{ nodeId: "b", visit: 0, error: "Error: undoB is broken" }],
    });
  });

  it("shows in its history where that began and what each step undid", async () => {
    broken = new Set(["c", "undoA"]);
    await harness.start("w", "undone");
    await harness.run();
    const outcome = await harness.execute({ type: "history", workflowId: "w", from: 4, limit: 10 });
    expect(outcome).toMatchObject({
      page: {
        entries: [
          { nodeId: "c", status: "active", isUndone: true, errorCode: "Error", reason: "Error: c is broken" },
          { nodeId: "undoB", status: "active", compensates: { nodeId: "b", visit: 0 } },
          { nodeId: "undoA", status: "error", errorCode: "Error" },
          { nodeId: "undoA", status: "failed", compensates: { nodeId: "a", visit: 0 }, reason: "Error: c is broken" },
        ],
      },
    });
  });

  it("has a compensation that kills its process counted as failed, and goes on with the next", async () => {
    broken = new Set(["c"]);
    await harness.start("w", "undone");
    while ((await harness.view("w")).compensation === undefined) {
      if ((await harness.poll()) === 0) harness.clock.advance(1_000);
    }
    const { version } = await harness.view("w");
    for (const token of ["x", "y", "z"]) {
      const claim = { token, expiresAt: 0, now: harness.clock.now() };
      await harness.store.claim({ workflowId: "w", version, purgeAt: 0 }, claim);
    }
    await harness.run();
    expect(runs().slice(5)).toEqual(["undoA"]);
    expect((await harness.view("w")).metadata["compensation"]).toMatchObject({
      undone: 1,
      failed: [{ nodeId: "b", error: expect.stringContaining("was claimed 3 times") }],
    });
  });
});

describe("a cancel of a workflow with completed work", () => {
  const startAndRun = async (steps: number) => {
    await harness.start("w", "undone");
    for (let polls = 0; polls < steps; polls += 1) await harness.poll();
  };

  it("undoes it, and answers the same when it is told again, then and later", async () => {
    await startAndRun(2);
    const first = await harness.cancel("w");
    expect(first).toEqual({ type: "cancelled", workflowId: "w", version: 3 });
    expect(await harness.cancel("w")).toEqual(first);
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      metadata: { failedReason: "Cancelled", compensation: { status: "completed", undone: 2 } },
    });
    expect(await harness.cancel("w")).toEqual(first);
    expect(runs()).toEqual(["a", "b", "undoB", "undoA"]);
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "undone", outcome: "cancelled" }]);
    expect(await harness.execute({ type: "erase", workflowId: "w" })).toMatchObject({ type: "erased" });
  });

  it("heals by the same cancel again, or by the sweeper, when its send was lost", async () => {
    for (const heal of [() => harness.cancel("w"), () => harness.dispatcher().sweep(harness.invocation())]) {
      ledger.runs.length = 0;
      harness = new Harness({ workflows: [undone("undone", twice)], nodes: ledger.nodes });
      await startAndRun(1);
      harness.queue.purge();
      const queue = replaceMethods(harness.queue, { send: async () => [new Error("lost")] });
      await expect(harness.cancel("w", harness.dispatcher({ queue }))).rejects.toThrow();
      harness.clock.advance(minuteMs + 1_000);
      await heal();
      await harness.run();
      expect([(await harness.view("w")).status, runs()]).toEqual(["failed", ["a", "undoA"]]);
    }
  });

  it("takes a running step over, drops its result, and does not undo what it did not complete", async () => {
    const stuck = Promise.withResolvers<void>();
    ledger.behaviour = async (name) => {
      if (name === "b") await stuck.promise;
      return { name };
    };
    await startAndRun(1);
    const polled = harness.poll();
    await settle();
    await harness.cancel("w");
    await harness.drain();
    expect((await harness.view("w")).status).toBe("failed");
    const erase = () => harness.execute({ type: "erase", workflowId: "w" });
    // The step may still run, whatever was undone meanwhile.
    expect(await erase()).toMatchObject({ code: "conflict", reason: expect.stringContaining("may still run") });
    stuck.resolve();
    await polled;
    await harness.run();
    const { context, metadata } = await harness.view("w");
    expect(Object.keys(context)).toEqual(["a", "undoA"]);
    expect(metadata["compensation"]).toMatchObject({ undone: 1 });
    harness.clock.advance(2 * minuteMs);
    expect(await erase()).toMatchObject({ type: "erased" });
  });
});

describe("the longest duration", () => {
  it("starts compensations, and does not stop them", async () => {
    broken = new Set(["c"]);
    await harness.start("w", "brief");
    await harness.drain();
    expect((await harness.view("w")).status).toBe("error");
    await passDays(1.1);
    expect(runs()).toEqual(["a", "b", "c", "undoB", "undoA"]);
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      metadata: { failedReason: "Longest duration exceeded", compensation: { undone: 2 } },
    });
  });

  it("of a pause starts them too", async () => {
    const paused: WorkflowDefinition = {
      id: "paused",
      nodes: [work("a", { compensate: "undoA" }), { id: "ask", type: "approve", data: {} }, work("undoA")],
      edges: [{ id: "1", source: "a", target: "ask" }],
      longestDurationMs: dayMs,
    };
    harness.workflows = [paused];
    await harness.start("w", "paused");
    await harness.drain();
    await passDays(2);
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      currentNodeId: "ask",
      metadata: { failedReason: "Longest duration exceeded", compensation: { status: "completed", undone: 1 } },
    });
  });

  it("and half of the retention bound compensations; what is left then counts as failed", async () => {
    broken = new Set(["undoB"]);
    const fine = ledger.behaviour;
    ledger.behaviour = (name, step) => {
      if (name === "c") throw new TerminalError("c is broken");
      return fine(name, step);
    };
    await harness.start("w", "brief");
    await harness.run();
    expect((await harness.view("w")).compensation).toMatchObject({ undone: 0 });
    // The duration is over after 1 day, the retention 30 days later: the middle of the two is day 16.
    await passDays(15);
    expect((await harness.view("w")).status).toBe("error");
    await passDays(1.5);
    expect(await harness.view("w")).toMatchObject({
      status: "failed",
      currentNodeId: "c",
      metadata: {
        failedReason: "TerminalError: c is broken",
        compensation: {
          status: "failed",
          undone: 0,
          failed: [
            { nodeId: "b", error: "Longest duration exceeded" },
            { nodeId: "a", error: "Longest duration exceeded" },
          ],
        },
      },
    });
    expect(runs().filter((run) => run === "undoB").length).toBe(4);
  });
});

describe("a pause with a pauseTimeoutMs", () => {
  it("is left by timeout at its time, and the node does not run again", async () => {
    await harness.start("w", "ask");
    await harness.drain();
    const token = (await ledger.steps[0]?.resumeToken()) ?? "";
    expect(await harness.view("w")).toMatchObject({
      pause: { dueAt: harness.clock.now() + 2 * dayMs, isTimeout: true },
    });
    const shown = await harness.execute({ type: "show-pause", workflowId: "w", token });
    expect(shown).toMatchObject({ pause: { state: "waiting", until: harness.clock.now() + 2 * dayMs } });
    await passDays(2);
    expect(runs()).toEqual(["approve", "escalate"]);
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { timedOut: true } }] },
    });
    expect(await harness.execute({ type: "show-pause", workflowId: "w", token })).toMatchObject({
      pause: { state: "timed-out" },
    });
    expect(await harness.resume("w", { version: 1, payload: { answer: 1 } })).toMatchObject({ code: "conflict" });
    const history = await harness.execute({ type: "history", workflowId: "w", from: 1, limit: 1 });
    expect(history).toMatchObject({ page: { entries: [{ type: "timer", output: { timedOut: true }, attempt: 1 }] } });
  });

  it("is not fired early by a forged timer message, nor by a payload", async () => {
    await harness.start("w", "ask");
    await harness.drain();
    await harness.execute({ type: "timer", schemaVersion: 1, workflowId: "w", version: 1 });
    expect((await harness.view("w")).status).toBe("paused");
    await harness.resume("w", { version: 1, payload: { timedOut: true, answer: 1 } });
    await harness.run();
    expect(runs()).toEqual(["approve", "approve", "after"]);
  });
});

describe("jitter", () => {
  it("is taken from the randomness that the platform handed in", async () => {
    const retryPolicy: RetryPolicy = { maxAttempts: 2, interval: 100_000, backoff: "fixed", jitter: "full" };
    harness.workflows = [{ id: "j", nodes: [work("a", { retryPolicy })], edges: [] }];
    harness.random.fraction = () => 0.25;
    broken = new Set(["a"]);
    await harness.start("w", "j");
    await harness.drain();
    expect((await harness.view("w")).retryState?.nextRetryAt).toBe(harness.clock.now() + 25_000);
  });
});

describe("a view", () => {
  it("holds the newest 100 of the visits that would be undone", async () => {
    const names = Array.from({ length: 103 }, (_, index) => `n${index}`);
    const nodes = names.map((name) => work(name, { compensate: "undo" }));
    const edges = names.slice(1).map((name, index) => ({ id: name, source: names[index] ?? "", target: name }));
    harness.workflows = [{ id: "long", startNodeId: "n0", nodes: [...nodes, work("undo")], edges }];
    await harness.start("w", "long");
    for (let steps = 0; steps < 102; steps += 1) await harness.poll();
    const { undo } = await harness.view("w");
    expect(undo).toHaveLength(100);
    expect(undo?.at(-1)).toEqual({ nodeId: "n101", visit: 0, by: "undo" });
  });

  it("of a definition draws a dotted line to the node that undoes another", async () => {
    const outcome = await harness.execute({ type: "definitions", definitionId: "undone" });
    expect(outcome).toMatchObject({ definition: { mermaid: expect.stringContaining('n0 -.->|"compensate"| n3') } });
  });
});

describe("the log", () => {
  it("warns of a failure that was caught, and of one that begins the undoing", async () => {
    broken = new Set(["a", "c"]);
    await harness.start("v", "caught");
    await harness.run();
    broken = new Set(["c"]);
    await harness.start("w", "undone");
    await harness.run();
    const warnings = harness.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(new Set(warnings)).toEqual(
      new Set(["step error", "step failed, the workflow goes on", "workflow is undone"]),
    );
  });

  it("names the visit that a step undid, also of the last one, which ends the workflow as failed", async () => {
    broken = new Set(["c"]);
    await harness.start("w", "undone");
    await harness.run();
    const undoing = harness.lines.filter(({ message }) => message === "step undid a visit");
    expect(undoing.map(({ level, fields }) => [level, fields["undoes"], fields["status"]])).toEqual([
      ["info", "b", "active"],
      ["info", "a", "failed"],
    ]);
  });
});
