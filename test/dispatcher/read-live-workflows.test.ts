import { beforeEach, describe, expect, test } from "vitest";
import { DefinitionCatalog } from "../../src/dispatcher/index.ts";
import { type LiveParts, type LiveProgress, readLiveWorkflows } from "../../src/dispatcher/read-live-workflows.ts";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [approval, chain("chain", 3)], nodes: ledger.nodes });
});

/** What a checkout with these definitions finds. */
function read(checkout: readonly WorkflowDefinition[], changes: Partial<LiveParts> = {}) {
  const { store, clock } = harness;
  const definitions = new DefinitionCatalog(store, checkout, { nodeDefinitions: ledger.nodes });
  return readLiveWorkflows({ live: store, reader: store, definitions, now: clock.now(), ...changes });
}

/** Workflow ids with their current nodes; `?` where nobody asked. */
async function placesIn(checkout: readonly WorkflowDefinition[]) {
  const { live } = await read(checkout);
  return live.map(({ workflowId, currentNodeId = "?" }) => `${workflowId} ${currentNodeId}`).toSorted();
}

describe("the live workflows", () => {
  test("are those that have not ended, each with its current node where the checkout has another graph", async () => {
    await harness.start("asks", "approval");
    await harness.start("ended", "chain");
    await harness.run();
    await harness.start("untouched", "chain");
    expect(await placesIn([])).toEqual(["asks ask", "untouched a"]);
    expect(await placesIn([approval, chain("chain", 2)])).toEqual(["asks ?", "untouched a"]);
    const { stored } = await read([approval]);
    expect([...stored.values()]).toEqual([chain("chain", 3)]);
  });

  test("are at the node of the newest committed version, also while the next one is claimed", async () => {
    await harness.start("w", "chain");
    await harness.poll();
    expect(await placesIn([])).toEqual(["w b"]);
    const now = harness.clock.now();
    const key = { workflowId: "w", version: 1, purgeAt: now + 1 };
    await harness.store.claim(key, { token: "t", now, expiresAt: now + 60_000 });
    expect(await placesIn([])).toEqual(["w b"]);
  });

  test("are at the start node while their very first step is claimed", async () => {
    await harness.start("w", "chain");
    const now = harness.clock.now();
    const key = { workflowId: "w", version: 0, purgeAt: now + 1 };
    await harness.store.claim(key, { token: "t", now, expiresAt: now + 60_000 });
    expect(await placesIn([])).toEqual(["w a"]);
  });

  test.each(["completed", "failed"])("do not have one that has %s and whose head still says active", async (status) => {
    if (status === "failed") ledger.behaviour = () => Promise.reject(new Error("broken"));
    await harness.start("w", "chain");
    const loseHeads = replaceMethods(harness.store, { writeHead: async () => false });
    while (harness.queue.messages.length > 0) {
      harness.clock.advance(60_000);
      await harness.poll(harness.dispatcher({ store: loseHeads }));
    }
    expect((await harness.store.load("w"))?.head).toMatchObject({ status: "active" });
    expect(await harness.view("w")).toMatchObject({ status });
    expect(await placesIn([])).toEqual([]);
  });

  test("do not have one that has ended on the checkout's graph and whose check is not taken away yet", async () => {
    await harness.start("w", "chain");
    await harness.run();
    const again = { type: "again", version: 3, checkAt: 1, checkIntervalMs: 1 } as const;
    expect(await harness.store.moveCheck("w", again)).toBe(true);
    expect(await placesIn([chain("chain", 3)])).toEqual([]);
  });

  test("are at the node that they failed at once an operator has retried them, whatever the head says", async () => {
    ledger.behaviour = () => Promise.reject(new Error("broken"));
    await harness.start("w", "chain");
    await harness.run();
    expect(await placesIn([])).toEqual([]);
    const loseHeads = replaceMethods(harness.store, { writeHead: async () => false });
    const retry = { type: "retry", schemaVersion: 1, workflowId: "w" } as const;
    await harness.execute(retry, "operator", harness.dispatcher({ store: loseHeads }));
    expect((await harness.store.load("w"))?.head).toMatchObject({ status: "failed" });
    expect(await placesIn([])).toEqual(["w a"]);
  });

  test("do not have what is past its retention", async () => {
    await harness.start("w", "chain");
    expect((await read([], { now: harness.clock.now() + 61 * 24 * 3600 * 1000 })).live).toEqual([]);
  });

  test("come without a node when their graph is not stored, or is none that this code can read", async () => {
    await harness.start("w", "chain");
    const hash = (await harness.store.load("w"))?.start.definitionHash ?? "";
    for (const [json, problem] of [
      [undefined, "is not stored"],
      ['{"id":"chain","nodes":[],"edges":[]}', "is damaged"],
    ]) {
      const store = replaceMethods(harness.store, { getDefinition: async () => json });
      const definitions = new DefinitionCatalog(store, [], { nodeDefinitions: ledger.nodes });
      const { live, stored } = await read([], { definitions });
      expect(live).toEqual([{ workflowId: "w", definitionId: "chain", definitionHash: hash }]);
      expect(stored.get(hash)).toMatchObject({ problem: expect.stringContaining(problem ?? "") });
    }
  });

  test("are counted once, however often they are listed", async () => {
    await harness.start("w", "chain");
    const live = replaceMethods(harness.store, {
      listLive: async function* () {
        yield ["w", "w"];
        yield ["w"];
      },
    });
    expect((await read([], { live })).live).toHaveLength(1);
  });

  test("are asked for a hundred heads at a time and eight nodes at the same time, and it is told how far that is", async () => {
    for (let index = 0; index < 250; index += 1) await harness.start(`w${index}`, "chain");
    const batches: number[] = [];
    const counts = { now: 0, most: 0 };
    const store = replaceMethods(harness.store, {
      readHeads: async (ids) => {
        batches.push(ids.length);
        return harness.store.readHeads(ids);
      },
      readNewestVersions: async (...args) => {
        counts.now += 1;
        counts.most = Math.max(counts.most, counts.now);
        const versions = await harness.store.readNewestVersions(...args);
        counts.now -= 1;
        return versions;
      },
    });
    const progress: LiveProgress[] = [];
    await read([], { live: store, reader: store, onProgress: (one) => progress.push(one) });
    expect(batches).toEqual([100, 100, 50]);
    expect(counts.most).toBe(8);
    expect(progress.filter(({ type }) => type === "heads").map(({ done }) => done)).toEqual([100, 200, 250]);
    expect(progress.at(-1)).toEqual({ type: "nodes", done: 250, total: 250 });
  });

  test("cannot be read when a store shows a gap, and the workflow is named", async () => {
    await harness.start("w", "chain");
    const live = replaceMethods(harness.store, { readNewestVersions: async () => [{ version: 3 }] });
    await expect(read([], { live })).rejects.toMatchObject({
      code: "store.gap",
      message: expect.stringContaining("workflow w "),
    });
  });

  test("cannot be read when a transition cannot, and the workflow is named", async () => {
    await harness.start("w", "chain");
    const readNewestVersions = async () => [{ version: 0, transition: '{"schemaVersion":9}' }];
    const live = replaceMethods(harness.store, { readNewestVersions });
    const expected = { code: "store.schema", message: "The newest transition of workflow w cannot be read" };
    await expect(read([], { live })).rejects.toMatchObject(expected);
  });
});
