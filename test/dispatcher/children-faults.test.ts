import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { nodes as builtIn } from "../../src/nodes/index.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";

/** Bugs that the simulation found (docs/reliability.md), each in the fewest events that show it. */

const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };

interface FanOutData {
  readonly definitionIds: readonly string[];
  readonly maxConcurrency: number;
  readonly toleratedFailures: number;
}

const parentOf = (data: FanOutData): WorkflowDefinition => ({
  id: "parent",
  nodes: [{ id: "fan-out", type: "fan-out", data }],
  edges: [],
});

const oneNode = (id: string): WorkflowDefinition => ({ id, nodes: [{ id, type: id, data: {} }], edges: [] });

const familyNodes: NodesDefinition = {
  "fan-out": {
    executor: async (data, _context, _payload, _globals, step) => {
      const { definitionIds, ...how } = data as FanOutData;
      if (step?.joined?.isEarly) return { data: "too many failed" };
      if (step?.joined !== undefined) return { data: await step.collectChildren?.() };
      const starts = definitionIds.map((definitionId) => ({ definitionId, input: null }));
      return { data: {}, __pause: true, children: { starts, ...how } };
    },
  },
  waits: {
    executor: async (_data, _context, payload) => (payload === null ? { data: {}, __pause: true } : { data: payload }),
  },
  fails: { executor: async () => Promise.reject(new Error("it fails")) },
  succeeds: { executor: async () => ({ data: "done" }) },
};

/** A parent that waits for its children, all of which are under way. */
async function family(definitionIds: readonly string[], how: Partial<Omit<FanOutData, "definitionIds">> = {}) {
  const data = { definitionIds, maxConcurrency: definitionIds.length, toleratedFailures: 0, ...how };
  const children = ["waits", "fails", "succeeds"].map(oneNode);
  const harness = new Harness({ workflows: [parentOf(data), ...children], nodes: familyNodes });
  await harness.start("p", "parent");
  return harness;
}

/** A queue that loses the messages of some types once. */
function losing(harness: Harness, ...types: readonly string[]): StepQueue {
  const left = new Set(types);
  return replaceMethods<StepQueue>(harness.queue, {
    send: async (messages) => {
      const lost = messages.map(({ message }) => left.delete(message.type));
      const sent = await harness.queue.send(messages.filter((_message, index) => !lost[index]));
      return lost.map((isLost, index) => (isLost ? new Error("lost") : sent[index]));
    },
  });
}

describe("a workflow that nobody waits for", () => {
  const launching = (label: string): WorkflowDefinition => ({
    id: "launching",
    nodes: [{ id: "launch", type: "launch", data: { label, start: { definitionId: "child", input: { b: 1, a: 2 } } } }],
    edges: [],
  });

  test("is started once by a node that runs again after a deployment, whatever the order of its input's keys", async () => {
    let runs = 0;
    const nodes: NodesDefinition = {
      launch: {
        retryPolicy: { maxAttempts: 2, interval: 1000, backoff: "fixed" },
        executor: async (data, _context, _payload, _globals, step) => {
          const { start } = data as { readonly start: { readonly definitionId: string; readonly input: unknown } };
          const workflowId = await step?.startWorkflow?.(start);
          runs += 1;
          if (runs === 1) throw new Error("not yet");
          return { data: { workflowId } };
        },
      },
      work: { executor: async (_data, _context, _payload, _globals, step) => ({ data: step?.input }) },
    };
    const harness = new Harness({ workflows: [launching("before"), child], nodes });
    await harness.start("p", "launching");
    await harness.drain();
    harness.workflows = [launching("after"), child];
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
    expect(await harness.view("p:launch:0")).toMatchObject({ status: "completed", input: { a: 2, b: 1 } });
  });
});

describe("a cancellation that is asked for again, as its answer was lost,", () => {
  test("tells the parent of the child that it cancelled", async () => {
    const harness = await family(["waits"]);
    await harness.drain();
    const interrupted = harness.dispatcher({ queue: losing(harness, "child-ended") });
    await expect(harness.cancel("p.1.0", interrupted)).rejects.toThrow("lost");
    await harness.cancel("p.1.0");
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
  });

  test("cancels the children of the parent that it cancelled", async () => {
    const harness = await family(["waits", "waits"]);
    await harness.drain();
    const interrupted = harness.dispatcher({ queue: losing(harness, "children") });
    await expect(harness.cancel("p", interrupted)).rejects.toThrow("lost");
    await harness.cancel("p");
    await harness.run();
    for (const id of ["p.1.0", "p.1.1"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });
});

describe("a parent that goes on", () => {
  test("though its children cannot be started, and whoever found that ended before it told", async () => {
    const harness = await family(["nowhere", "nowhere"], { toleratedFailures: 2 });
    const mortal = harness.dispatcher({ queue: losing(harness, "step") });
    await harness.poll();
    while ((await harness.poll(mortal)) > 0);
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
  });

  test("though another delivery of the message that found that is worked on until after the join", async () => {
    const harness = await family(["nowhere", "nowhere"], { toleratedFailures: 2 });
    await harness.poll();
    const [{ body = "" } = {}] = harness.queue.messages;
    await harness.poll(harness.dispatcher({ queue: losing(harness, "step") }));
    const [again] = await harness.dispatch([body]);
    expect(again?.status).toBe("rejected");
  });

  test("early has its other children cancelled, though the message about that was lost beside the one of its step", async () => {
    const harness = await family(["fails", "waits", "waits"]);
    const mortal = harness.dispatcher({ queue: losing(harness, "children") });
    for (let polls = 0; polls < 3; polls += 1) await harness.poll();
    while ((await harness.poll(mortal)) > 0);
    await harness.run();
    for (const id of ["p.1.1", "p.1.2"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });
});

describe("a parent that did something before it waited", () => {
  const booked = (data: FanOutData): WorkflowDefinition => ({
    id: "booked",
    nodes: [
      { id: "book", type: "succeeds", data: {}, compensate: "unbook" },
      { id: "fan-out", type: "fan-out", data },
      { id: "unbook", type: "succeeds", data: {} },
    ],
    edges: [{ id: "e", source: "book", target: "fan-out" }],
  });

  test("undoes it and has its children cancelled, though the messages about that were lost at its cancellation", async () => {
    const data = { definitionIds: ["waits", "waits"], maxConcurrency: 2, toleratedFailures: 0 };
    const harness = new Harness({ workflows: [booked(data), oneNode("waits")], nodes: familyNodes });
    await harness.start("p", "booked");
    await harness.drain();
    const interrupted = harness.dispatcher({ queue: losing(harness, "children", "step") });
    await expect(harness.cancel("p", interrupted)).rejects.toThrow("lost");
    await harness.cancel("p");
    await harness.run();
    const { status, metadata } = await harness.view("p");
    expect({ status, metadata }).toMatchObject({
      status: "failed",
      metadata: { failedReason: "Cancelled", compensation: { status: "completed", undone: 1 } },
    });
    for (const id of ["p.2.0", "p.2.1"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });
});

describe("children that nobody waits for any more", () => {
  test("are cancelled by the first look of the sweeper, however late that comes", async () => {
    const harness = await family(["waits", "waits"]);
    await harness.drain();
    await harness.cancel("p");
    harness.queue.purge();
    harness.clock.advance(3 * 3_600_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    for (const id of ["p.1.0", "p.1.1"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });

  test("are cancelled by the sweeper, though their parent has left others behind since", async () => {
    const harness = await family(["waits"]);
    await harness.drain();
    const send: StepQueue["send"] = async (messages) =>
      harness.queue.send(messages.filter(({ message }) => message.type !== "children"));
    const purging = harness.dispatcher({ queue: replaceMethods<StepQueue>(harness.queue, { send }) });
    await harness.cancel("p", purging);
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "p" }, undefined, purging);
    await harness.drain();
    expect(await harness.view("p.4.0")).toMatchObject({ status: "paused" });
    await harness.cancel("p", purging);
    harness.clock.advance(60_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    for (const id of ["p.1.0", "p.4.0"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });

  test("are cancelled by the sweeper's look at themselves, when every message of their parent was lost", async () => {
    const harness = await family(["waits", "waits"]);
    await harness.drain();
    await harness.cancel("p");
    for (let hours = 0; hours < 12; hours += 1) {
      harness.queue.purge();
      harness.clock.advance(3_600_000);
      await harness.dispatcher().sweep(harness.invocation());
    }
    harness.queue.purge();
    await harness.run();
    for (const id of ["p.1.0", "p.1.1"]) expect(await harness.view(id)).toMatchObject({ status: "paused" });
    harness.clock.advance(24 * 3_600_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    for (const id of ["p.1.0", "p.1.1"]) expect(await harness.view(id)).toMatchObject({ status: "failed" });
  });

  test("go on when somebody has retried them, whatever the sweeper finds", async () => {
    const harness = await family(["fails", "waits"]);
    await harness.drain();
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "p.1.0" });
    harness.queue.purge();
    harness.clock.advance(300_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    const { status, version, metadata } = await harness.view("p.1.0");
    const isWhole = { status: "failed", version: 3, metadata: { failedReason: "Error: it fails" } };
    expect({ status, version, metadata }).toEqual(isWhole);
  });

  test("are not begun by the sweeper", async () => {
    const harness = await family(["waits"]);
    await harness.poll();
    await harness.poll(harness.dispatcher({ queue: losing(harness, "step") }));
    harness.queue.purge();
    await harness.cancel("p");
    harness.queue.purge();
    harness.clock.advance(300_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect(await harness.view("p.1.0")).toMatchObject({ status: "failed", version: 1 });
  });

  test("are cancelled, though their parent is retried before whoever cancelled it told them", async () => {
    const harness = await family(["waits"]);
    await harness.drain();
    const interrupted = harness.dispatcher({ queue: losing(harness, "children") });
    await expect(harness.cancel("p", interrupted)).rejects.toThrow("lost");
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "p" });
    await harness.run();
    expect(await harness.view("p.1.0")).toMatchObject({ status: "failed" });
    expect(await harness.view("p.4.0")).toMatchObject({ status: "paused" });
  });

  test("have a true head, though whoever cancelled them ended before it wrote that", async () => {
    const harness = await family(["waits"]);
    await harness.drain();
    let isDead = false;
    const mortal = replaceMethods<WorkflowStore>(harness.store, {
      commit: async (...given) => {
        const result = await harness.store.commit(...given);
        isDead = true;
        return result;
      },
      writeHead: async (head) => (isDead ? Promise.reject(new Error("died")) : harness.store.writeHead(head)),
    });
    await expect(harness.cancel("p.1.0", harness.dispatcher({ store: mortal }))).rejects.toThrow("died");
    await harness.dispatch(['{"type":"children","workflowId":"p","version":1,"first":0,"count":1}']);
    await harness.run();
    expect((await harness.store.load("p.1.0"))?.head?.status).toBe("failed");
  });
});

describe("one failure more than is tolerated", () => {
  test("ends the pause wherever it is, also in a lane with few failures after one with many", async () => {
    const ids = ["waits", "fails", "waits", "fails"];
    const harness = await family(ids, { maxConcurrency: 2, toleratedFailures: 2 });
    await harness.run();
    await harness.cancel("p.1.0");
    await harness.run();
    expect((await harness.view("p")).context["fan-out"]?.at(-1)?.output).toBe("too many failed");
  });

  test("ends it early, though all others were done before whoever found that could say so", async () => {
    const harness = await family(["fails", "fails", "waits"], { toleratedFailures: 1 });
    for (let polls = 0; polls < 3; polls += 1) await harness.poll();
    const mute = replaceMethods<WorkflowStore>(harness.store, {
      commit: async () => Promise.reject(new Error("lost")),
    });
    while ((await harness.poll(harness.dispatcher({ store: mute }))) > 0);
    await harness.resume("p.1.2", { payload: { answer: 1 } });
    await harness.run();
    const { context } = await harness.view("p");
    expect(context["fan-out"]?.at(-1)?.output).toBe("too many failed");
    const transitions = (await harness.store.load("p"))?.versions.map(({ transition }) => transition);
    expect(transitions?.[1]).toContain('"firstFailure":{"workflowId":"p.1.');
  });
});

describe("lanes that end together", () => {
  test("send the parent's next step once (I13)", async () => {
    const harness = await family(Array.from({ length: 9 }, () => "succeeds"));
    const sent: string[] = [];
    const queue = replaceMethods<StepQueue>(harness.queue, {
      send: (messages) => {
        sent.push(...messages.map(({ message }) => JSON.stringify(message)));
        return harness.queue.send(messages);
      },
    });
    // One process, so that its records are worked on beside each other.
    const dispatcher = harness.dispatcher({ queue });
    while ((await harness.poll(dispatcher)) > 0);
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
    expect(sent.filter((body) => body.includes('"step"') && body.includes('"p"'))).toHaveLength(1);
  });
});

describe("branches that are still under way at a deployment", () => {
  const trip = (metadata: string): WorkflowDefinition => {
    const branches = { hotel: { definitionId: "hotel" }, car: { definitionId: "car" } };
    return { id: "trip", nodes: [{ id: "book", type: "parallel", data: { branches }, metadata }], edges: [] };
  };
  const booking = (id: string): WorkflowDefinition => ({
    id,
    nodes: [{ id, type: "booking", data: { id } }],
    edges: [],
  });

  test("have their own results, though the definition then comes out of the store", async () => {
    const nodes: NodesDefinition = {
      ...builtIn,
      booking: { executor: async (data, _context, payload) => ({ data, ...(payload === null && { __pause: true }) }) },
    };
    const children = [booking("hotel"), booking("car")];
    const harness = new Harness({ workflows: [trip("before"), ...children], nodes });
    await harness.start("p", "trip");
    await harness.drain();
    harness.workflows = [trip("after"), ...children];
    for (const id of ["p.1.0", "p.1.1"]) await harness.resume(id, { payload: { answer: 1 } });
    await harness.run();
    expect((await harness.view("p")).context["book"]?.at(-1)?.output).toMatchObject({
      branches: { hotel: { output: { id: "hotel" } }, car: { output: { id: "car" } } },
    });
  });
});
