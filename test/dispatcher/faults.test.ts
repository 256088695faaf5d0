import { beforeEach, describe, expect, it } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const single = (id: string, type: string, data: unknown = {}): WorkflowDefinition => ({
  id,
  nodes: [{ id: "only", type, data }],
  edges: [],
});

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({
    workflows: [chain("chain", 3), approval, single("timer", "approve", { dueInMs: hourMs })],
    nodes: ledger.nodes,
  });
});

const sweep = (dispatcher = harness.dispatcher()) => dispatcher.sweep(harness.invocation());

/** Sweeps and drains every minute until a workflow has the status; returns the minutes that it took. */
async function minutesUntil(workflowId: string, status: string, atMost: number): Promise<number> {
  for (let minutes = 0; minutes <= atMost; minutes += 1) {
    await sweep();
    await harness.drain();
    if ((await harness.view(workflowId)).status === status) return minutes;
    harness.clock.advance(minuteMs);
  }
  throw new Error(`${workflowId} was not ${status} within ${atMost} minutes`);
}

describe("a check of the sweeper that fails", () => {
  it("costs a due timer minutes, not a day", async () => {
    await harness.start("w", "timer");
    await harness.drain();
    harness.clock.advance(hourMs);
    const queue = replaceMethods(harness.queue, { send: async (messages) => messages.map(() => new Error("down")) });
    expect(await sweep(harness.dispatcher({ queue }))).toMatchObject({ failed: 1 });
    expect(await minutesUntil("w", "completed", 10)).toBeLessThanOrEqual(5);
  });

  it("for more than a page of workflows does not keep a healthy one from its check", async () => {
    for (let index = 0; index < 300; index += 1) await harness.start(`broken${index}`, "chain");
    harness.clock.advance(1);
    await harness.start("fine", "chain");
    harness.queue.purge();
    harness.clock.advance(5 * minuteMs);
    const store = replaceMethods(harness.store, {
      load: (id) => (id === "fine" ? harness.store.load(id) : Promise.reject(new Error("cannot load"))),
    });
    expect(await sweep(harness.dispatcher({ store }))).toMatchObject({ sent: 1, failed: 300 });
  });

  it("before it leased the check ends the run instead of repeating it", async () => {
    await harness.start("w", "chain");
    harness.clock.advance(5 * minuteMs);
    const store = replaceMethods(harness.store, { moveCheck: () => Promise.reject(new Error("throttled")) });
    expect(await sweep(harness.dispatcher({ store }))).toMatchObject({ unreached: 1 });
  });
});

describe("the sweeper", () => {
  it("sends nothing for a workflow that stepped a moment ago, and looks again soon", async () => {
    await harness.start("w", "chain");
    harness.clock.advance(4 * minuteMs);
    await harness.step("w", 0);
    harness.queue.purge();
    harness.clock.advance(minuteMs);
    expect(await sweep()).toMatchObject({ quiet: 1, sent: 0 });
    harness.clock.advance(5 * minuteMs);
    expect(await sweep()).toMatchObject({ sent: 1 });
  });
});

describe("the longest duration", () => {
  it("ends a workflow whose retry would be due later", async () => {
    harness = new Harness({
      workflows: [{ ...single("slow", "slow"), longestDurationMs: hourMs }],
      nodes: ledger.nodes,
    });
    await harness.start("w", "slow");
    await harness.drain();
    expect(await minutesUntil("w", "failed", 70)).toBeLessThanOrEqual(61);
    expect((await harness.view("w")).metadata["failedReason"]).toBe("Longest duration exceeded");
    expect(ledger.runs).toHaveLength(1);
  });
});

describe("a head write that arrives late", () => {
  it("after a resume does not put the next look a day away", async () => {
    await harness.start("w", "approval");
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const store = replaceMethods(harness.store, {
      writeHead: (head) => held.then(() => harness.store.writeHead(head)),
    });
    const step = harness.step("w", 0, harness.dispatcher({ store }));
    await settle();
    await harness.resume("w", { payload: { answer: 1 } });
    letGo();
    await step;
    const { head } = (await harness.store.load("w")) ?? {};
    expect(head).toMatchObject({ status: "active", version: 2 });
    expect((head?.checkAt ?? 0) - harness.clock.now()).toBeLessThanOrEqual(minuteMs);
  });

  it("that was read older than the versions after it is written again, though both say active", async () => {
    await harness.start("w", "approval");
    const { head: older } = (await harness.store.load("w")) ?? {};
    await harness.drain();
    const lost = replaceMethods(harness.store, {
      writeHead: (head) =>
        head.version === 2 ? Promise.reject(new Error("throttled")) : harness.store.writeHead(head),
    });
    const resume = { version: 1, payload: { answer: 1 } };
    await expect(harness.resume("w", resume, harness.dispatcher({ store: lost }))).rejects.toThrow("throttled");
    const torn = replaceMethods(harness.store, {
      load: async (workflowId) => {
        const stored = await harness.store.load(workflowId);
        return stored && older ? { ...stored, head: older } : stored;
      },
    });
    expect(await harness.resume("w", resume, harness.dispatcher({ store: torn }))).toMatchObject({ type: "resumed" });
    expect((await harness.store.load("w"))?.head).toMatchObject({ status: "active", version: 2 });
  });

  it("of a resume that crashed before its send heals within a minute", async () => {
    await harness.start("w", "approval");
    await harness.drain();
    const queue = replaceMethods(harness.queue, { send: () => new Promise(() => {}) });
    void harness.resume("w", { payload: { answer: 1 } }, harness.dispatcher({ queue }));
    await settle();
    harness.clock.advance(minuteMs);
    expect(await sweep()).toMatchObject({ sent: 1 });
  });
});

describe("a read that is not a snapshot", () => {
  const torn = (times: number) => {
    let left = times;
    return replaceMethods(harness.store, {
      load: async (id) => {
        const stored = await harness.store.load(id);
        if (stored === undefined || left === 0) return stored;
        left -= 1;
        const versions = stored.versions.map((item) => (item.version === 0 ? { version: 0 } : item));
        return { ...stored, versions };
      },
    });
  };

  it("is made again: version 0 before its commit, version 1 after its own", async () => {
    await harness.start("w", "chain");
    for (const version of [0, 1]) await harness.step("w", version);
    const get = { type: "get", workflowId: "w" } as const;
    const dispatcher = harness.dispatcher({ store: torn(2) });
    expect(await dispatcher.execute(get, harness.invocation())).toMatchObject({ type: "snapshot" });
    const damaged = harness.dispatcher({ store: torn(99) }).execute(get, harness.invocation());
    await expect(damaged).rejects.toMatchObject({ code: "store.gap", isRetryable: true });
  });
});

describe("a step that was claimed before", () => {
  it("is not begun with the little time that a slow neighbour left, and comes again at once", async () => {
    const takes = (ms: number): NodeDefinition => ({
      executor: () => new Promise((resolve) => harness.clock.schedule(ms, () => resolve({ data: 1 }))),
    });
    const nodes = { quick: takes(10_000), slow: takes(52_000) };
    harness = new Harness({ workflows: [single("quick", "quick"), single("slow", "slow")], nodes });
    await harness.start("w", "quick");
    await harness.start("neighbour", "slow");
    const key = { workflowId: "w", version: 0, purgeAt: 0 };
    await harness.store.claim(key, { token: "killed by a deploy", expiresAt: 0, now: harness.clock.now() });
    const polled = harness.poll();
    for (let seconds = 0; seconds < 55; seconds += 1) {
      await settle();
      harness.clock.advance(1000);
    }
    await polled;
    expect(harness.queue.messages).toMatchObject([{ visibleAt: expect.toSatisfy((at) => at <= harness.clock.now()) }]);
    expect((await harness.view("w")).status).toBe("active");
  });
});

describe("a workflow whose node type is gone after a deploy", () => {
  it("can be read and cancelled, and is not claimed until the type is back", async () => {
    await harness.start("paused", "approval");
    await harness.drain();
    await harness.start("active", "approval");
    const later = new Harness({ workflows: [], nodes: {} });
    Object.assign(later, { store: harness.store, clock: harness.clock });
    await expect(later.step("active", 0)).rejects.toMatchObject({
      code: "definition.node-type-missing",
      isRetryable: true,
    });
    expect((await harness.store.load("active"))?.versions).toEqual([]);
    expect((await later.view("paused")).status).toBe("paused");
    expect(await later.cancel("paused")).toMatchObject({ type: "cancelled" });
    await harness.step("active", 0);
    expect((await harness.view("active")).status).toBe("paused");
  });
});

describe("the log of ordinary contention", () => {
  it("has no warning and no stack", async () => {
    await harness.start("w", "chain");
    ledger.behaviour = () => new Promise(() => {});
    void harness.poll();
    await settle();
    await harness.dispatch(['{"type":"step","workflowId":"w","version":0}']);
    expect(harness.lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    expect(harness.lines.at(-1)).toMatchObject({ level: "info", message: "record comes again", error: undefined });
  });
});
