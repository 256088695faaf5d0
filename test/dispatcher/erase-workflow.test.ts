import { beforeEach, describe, expect, it } from "vitest";
import { eraseTransition } from "../../src/engine/index.ts";
import { body, Harness, payloadBucket } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { settle } from "./settle.ts";
import { chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;
const secret = "ada@example.com".padEnd(500, "!");

const erase = (workflowId = "w") => harness.execute({ type: "erase", workflowId }, "operator");
const retry = () => harness.execute({ type: "retry", schemaVersion: 1, workflowId: "w" });

beforeEach(async () => {
  ledger = new Ledger();
  harness = new Harness({
    workflows: [{ ...chain("chain", 2), tags: { customer: "customer" } }],
    nodes: ledger.nodes,
    settings: { inlineValueBytes: 300 },
  });
  ledger.behaviour = () => ({ seen: secret });
  await harness.start("w", "chain", { customer: "ada@example.com", note: secret });
});

/** Everything that is stored of a workflow, as text. */
async function everything() {
  return JSON.stringify([await harness.store.load("w"), await harness.store.readVersions("w", 0, 100)]);
}

describe("erasing", () => {
  it("leaves nothing of an ended workflow, its objects included, but that its id is used up", async () => {
    await harness.run();
    const keys = (await everything()).match(/values\/[^"\\]+/g) ?? [];
    expect(keys.length).toBeGreaterThan(2);
    expect(await erase()).toEqual({ type: "erased", workflowId: "w" });
    expect(await everything()).not.toContain("ada@");
    for (const key of keys) expect(await harness.blobs.read({ bucket: payloadBucket, key })).toBeUndefined();
    expect(await harness.execute({ type: "get", workflowId: "w" })).toMatchObject({ code: "not-found" });
    expect(await harness.execute({ type: "history", workflowId: "w", from: 0, limit: 9 })).toMatchObject({
      code: "not-found",
    });
    for (const key of [{ tag: { name: "customer", value: "ada@example.com" } }, { definitionId: "chain" }, {}]) {
      const list = await harness.execute({ type: "list", limit: 10, ...key });
      expect(list).toEqual({ type: "list", page: { workflows: [] } });
    }
  });

  it("refuses a new start under the id, and acknowledges what is late (I12)", async () => {
    await harness.run();
    await erase();
    expect(await harness.start("w", "chain", { customer: "ada@example.com", note: secret })).toMatchObject({
      code: "conflict",
    });
    const late = ["step", "timer"].map((type) => body({ type, workflowId: "w", version: 1 }));
    expect((await harness.dispatch(late)).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(harness.queue.deadLetters).toEqual([]);
    expect(await everything()).not.toContain("ada@");
  });

  it("of a workflow that has not ended is a conflict, and of none not found", async () => {
    expect(await erase()).toMatchObject({ code: "conflict", reason: "The workflow has not ended: it is active" });
    expect(await erase("nobody")).toMatchObject({ code: "not-found" });
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("again says the same, and finishes what was interrupted", async () => {
    await harness.run();
    const broken = replaceMethods(harness.blobs, { eraseFolder: async () => Promise.reject(new Error("S3 is away")) });
    const eraser = broken.eraseFolder.bind(broken);
    harness.blobs.eraseFolder = eraser;
    await expect(erase()).rejects.toThrow("S3 is away");
    Reflect.deleteProperty(harness.blobs, "eraseFolder");
    expect(await erase()).toEqual({ type: "erased", workflowId: "w" });
    expect(await erase()).toEqual({ type: "erased", workflowId: "w" });
  });

  it("that was interrupted anywhere keeps, when it is done again, that its versions are taken and no more", async () => {
    await harness.run();
    const { start, versions } = (await harness.store.load("w")) ?? {};
    if (start === undefined || versions === undefined) throw new Error("w is not stored");
    const last = versions.length;
    const transition = JSON.stringify(eraseTransition(await harness.view("w")));
    await harness.store.commit(
      { workflowId: "w", version: last, purgeAt: start.purgeAt },
      { token: "of a process that died", transition, owner: "anyone" },
    );
    const left = async () => {
      const stored = await harness.store.load("w");
      return {
        head: stored?.head?.version,
        types: stored?.versions.map(({ transition = "{}" }) => JSON.parse(transition).type),
      };
    };
    // Between the shell of the start and that of the head.
    const torn = replaceMethods(harness.store, {
      load: async (workflowId) => {
        const stored = await harness.store.load(workflowId);
        return stored && { ...stored, start: { ...start, input: "null", erasedAt: 5 } };
      },
    });
    for (const store of [torn, harness.store, harness.store]) {
      const done = await harness.execute({ type: "erase", workflowId: "w" }, "ops", harness.dispatcher({ store }));
      expect(done).toEqual({ type: "erased", workflowId: "w" });
      expect(await left()).toEqual({ head: last + 1, types: Array.from({ length: last + 1 }, () => "erase") });
    }
  });

  it("after only its last transition was committed takes no further version", async () => {
    await harness.run();
    const last = (await harness.view("w")).version;
    const eraser = replaceMethods(harness.store, { erase: async () => Promise.reject(new Error("the table is away")) });
    harness.store.erase = eraser.erase.bind(eraser);
    await expect(erase()).rejects.toThrow("the table is away");
    Reflect.deleteProperty(harness.store, "erase");
    await erase();
    const stored = await harness.store.load("w");
    expect({ head: stored?.head?.version, versions: stored?.versions.length }).toEqual({
      head: last + 1,
      versions: last + 1,
    });
  });

  it("is put off while a step of a cancelled workflow may still run, since its result would come later", async () => {
    const stuck = Promise.withResolvers<void>();
    ledger.behaviour = async () => {
      await stuck.promise;
      return { seen: secret };
    };
    const polled = harness.poll();
    await settle();
    await harness.cancel("w");
    expect(await erase()).toMatchObject({ code: "conflict", reason: expect.stringContaining("may still run") });
    stuck.resolve();
    await polled;
    harness.clock.advance(70_000);
    expect(await erase()).toMatchObject({ type: "erased" });
  });

  it("and a start that comes again leaves no object of its input", async () => {
    await harness.run();
    await erase();
    const written: string[] = [];
    const blobs = replaceMethods(harness.blobs, {
      write: async ({ key }) => {
        written.push(key);
      },
    });
    const again = { customer: "ada@example.com", note: secret };
    expect(await harness.start("w", "chain", again, harness.dispatcher({ blobs }))).toMatchObject({ code: "conflict" });
    expect(written).toEqual([]);
  });

  it("and a retry at the same time: one of them wins, whatever the other knew", async () => {
    ledger.behaviour = () => {
      throw new Error("broken");
    };
    await harness.run();
    const [erased, retried] = await Promise.all([erase(), retry()]);
    expect([erased.type, retried.type].toSorted()).not.toEqual(["erased", "retried"]);
    await harness.cancel("w");
    await erase();
    expect(await retry()).toMatchObject({ type: "refused" });
    expect(await everything()).not.toContain("ada@");
  });
});
