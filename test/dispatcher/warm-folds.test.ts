import { beforeEach, describe, expect, it } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { Dispatcher } from "../../src/dispatcher/index.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import type { StoredVersion, WorkflowStore } from "../../src/ports/workflow-store.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;
let reads: string[];
let store: WorkflowStore;
/** Where the container's loads go. */
let current: WorkflowStore;

function open(
  workflows: readonly WorkflowDefinition[],
  nodes: NodesDefinition = ledger.nodes,
  foldCacheBytes = 10_000,
) {
  harness = new Harness({ workflows, nodes, settings: { foldCacheBytes, carriedStateBytes: 0 } });
  reads = [];
  current = harness.store;
  store = replaceMethods(harness.store, {
    load: async (workflowId) => {
      reads.push("whole");
      return current.load(workflowId);
    },
    loadFrom: async (workflowId, version) => {
      reads.push(`from ${version}`);
      return current.loadFrom(workflowId, version);
    },
    glance: async (workflowId) => {
      reads.push("glance");
      return current.load(workflowId);
    },
    glanceFrom: async (workflowId, version) => {
      reads.push(`glance from ${version}`);
      return current.loadFrom(workflowId, version);
    },
  });
}

/** Polls until nothing is visible, with one container. */
async function drain(container: Dispatcher): Promise<void> {
  while ((await harness.poll(container)) > 0);
}

beforeEach(() => {
  ledger = new Ledger();
  open([chain("chain", 5), approval]);
});

describe("a warm container", () => {
  it("reads a workflow whole once, then only what came since", async () => {
    await harness.start("w", "chain");
    await drain(harness.dispatcher({ store }));
    expect((await harness.view("w")).status).toBe("completed");
    // The first load finds nothing committed that a fold could be told by.
    expect(reads).toEqual(["glance", "glance", "glance from 0", "glance from 1", "glance from 2"]);
  });

  it("sees what others committed meanwhile", async () => {
    await harness.start("w", "chain");
    const warm = harness.dispatcher({ store });
    await harness.poll(warm);
    await harness.poll(warm);
    await harness.poll();
    await harness.poll();
    await harness.poll(warm);
    expect(reads).toEqual(["glance", "glance", "glance from 0"]);
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2", "w:d@3", "w:e@4"]);
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("reads a workflow whole again that was deleted and started anew under its id", async () => {
    await harness.start("w", "chain");
    const warm = harness.dispatcher({ store });
    for (let polls = 0; polls < 3; polls += 1) await harness.poll(warm);
    const other = new Harness({ workflows: harness.workflows, nodes: ledger.nodes });
    // Uses up the tokens that this harness used.
    await other.start("another", "chain");
    await other.run();
    await other.start("w", "chain", { anew: true });
    await other.poll();
    await other.poll();
    current = other.store;
    reads.length = 0;
    await warm.execute({ type: "timer", schemaVersion: 1, workflowId: "w", version: 2 }, harness.invocation());
    expect(reads.slice(0, 2)).toEqual(["from 1", "whole"]);
    expect(await warm.execute({ type: "get", workflowId: "w" }, harness.invocation())).toMatchObject({
      workflow: { version: 2, input: { anew: true } },
    });
  });

  it("reads a workflow whole that paused meanwhile, since its head may be behind", async () => {
    const [a, ask, b] = [
      { id: "a", type: "work", data: { name: "a" } },
      { id: "ask", type: "approve", data: {} },
      { id: "b", type: "work", data: { name: "b" } },
    ];
    const edges = [
      { id: "1", source: "a", target: "ask" },
      { id: "2", source: "ask", target: "b" },
    ];
    open([{ id: "asking", nodes: [a, ask, b], edges }]);
    await harness.start("w", "asking");
    const warm = harness.dispatcher({ store });
    await harness.poll(warm);
    await harness.poll(warm);
    await harness.resume("w", { version: 2, payload: { answer: 1 } });
    await drain(warm);
    // The tail from 0 on shows the pause; after it, the head that the resume wrote tells all.
    expect(reads).toEqual(["glance", "glance", "glance from 0", "whole", "glance from 2"]);
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("takes a tail with a gap for no tail", async () => {
    await harness.start("w", "chain");
    const withoutSecond = (versions: readonly StoredVersion[]) => versions.filter(({ version }) => version !== 2);
    const torn = harness.dispatcher({
      store: replaceMethods(store, {
        loadFrom: async (id, from) => withoutSecond(await store.loadFrom(id, from)),
        glanceFrom: async (id, from) => withoutSecond(await store.glanceFrom(id, from)),
      }),
    });
    await harness.poll(torn);
    await harness.poll(torn);
    for (let polls = 0; polls < 2; polls += 1) await harness.poll();
    await harness.poll(torn);
    expect(reads).toEqual(["glance", "glance", "glance from 0", "from 0", "whole"]);
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("keeps no more than it may: a workflow that is too large is read whole each time", async () => {
    open([chain("chain", 5)], ledger.nodes, 100);
    await harness.start("w", "chain");
    await drain(harness.dispatcher({ store }));
    expect(reads).toEqual(["glance", "glance", "glance", "glance", "glance"]);
  });

  it("counts a workflow's input, twice since it is kept twice, and something for each workflow", async () => {
    const input = { text: "x".repeat(3_000) };
    await harness.start("v", "chain", input);
    await harness.start("w", "chain", input);
    const warm = harness.dispatcher({ store });
    for (let polls = 0; polls < 3; polls += 1) await harness.poll(warm);
    // Both are read at each poll, and only one of them can be kept.
    expect(reads.filter((read) => read !== "glance")).toEqual(["glance from 0"]);
  });

  it.each([
    ["whose retention is over", 61 * 86_400_000],
    ["whose retention is over by a moment", 60 * 86_400_000 + 1],
  ])("does not know a workflow any more %s", async (_when, ms) => {
    await harness.start("w", "chain");
    const warm = harness.dispatcher({ store });
    for (let polls = 0; polls < 3; polls += 1) await harness.poll(warm);
    harness.clock.advance(ms);
    expect(await warm.execute({ type: "get", workflowId: "w" }, harness.invocation())).toMatchObject({
      code: "not-found",
    });
  });
});

describe("what a node receives of the past", () => {
  it.each([
    ["the context", "context"],
    ["a list of results", "list"],
    ["an output", "output"],
    ["the input", "input"],
  ])("cannot be changed in place, in a cold container as in a warm one: %s", async (_what, target) => {
    const nodes: NodesDefinition = {
      work: {
        executor: async (_data, context, _payload, _globals, step) => {
          const list = context["a"];
          const parts = { context, list, output: list?.[0]?.output, input: step?.input };
          const part: unknown = parts[target as keyof typeof parts];
          if (list !== undefined) Object.assign(Object(part), { hacked: true });
          return { data: { rows: [1, 2] } };
        },
      },
    };
    for (const isWarm of [false, true]) {
      open([chain("chain", 4)], nodes);
      await harness.start("w", "chain", { given: 1 });
      const warm = harness.dispatcher();
      await harness.poll(warm);
      await harness.poll(isWarm ? warm : harness.dispatcher());
      const { status, metadata, context } = await harness.view("w");
      expect(status).toBe("failed");
      expect(metadata["failedReason"]).toMatch(/TypeError: Cannot .*hacked/);
      expect(JSON.stringify(context["a"])).not.toContain("hacked");
    }
  });
});
