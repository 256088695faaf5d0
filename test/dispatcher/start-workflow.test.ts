import { beforeEach, describe, expect, it } from "vitest";
import { Harness } from "./harness.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 2), approval], nodes: ledger.nodes });
});

describe("a start", () => {
  it("repeated makes one workflow, and sends again only while nothing has run (I12)", async () => {
    expect(await harness.start("w", "chain", { a: 1 })).toEqual({ type: "started", workflowId: "w", isNew: true });
    expect(await harness.start("w", "chain", { a: 1 })).toEqual({ type: "started", workflowId: "w", isNew: false });
    expect(harness.queue.messages).toHaveLength(2);
    await harness.poll();
    harness.queue.purge();
    await harness.start("w", "chain", { a: 1 });
    expect(harness.queue.messages).toEqual([]);
    expect(ledger.runs).toEqual(["w:a@0"]);
  });

  it("ten times at the same moment makes one workflow", async () => {
    const starts = await Promise.all(Array.from({ length: 10 }, () => harness.start("w", "chain", { a: 1 })));
    expect(starts.filter((outcome) => outcome.type === "started" && outcome.isNew)).toHaveLength(1);
    await harness.run();
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1"]);
  });

  it("of the same id with another definition or input is a conflict, and changes nothing", async () => {
    await harness.start("w", "chain", { a: 1 });
    expect(await harness.start("w", "chain", { a: 2 })).toMatchObject({ type: "refused", code: "conflict" });
    expect(await harness.start("w", "approval", { a: 1 })).toMatchObject({ type: "refused", code: "conflict" });
    expect(await harness.view("w")).toMatchObject({ definitionId: "chain", input: { a: 1 } });
  });

  it("whose head was lost is finished by the same start again", async () => {
    const store = Object.assign(Object.create(harness.store), { writeHead: () => Promise.reject(new Error("lost")) });
    for (const name of ["createStart", "putDefinition"] as const) store[name] = harness.store[name].bind(harness.store);
    await expect(harness.start("w", "chain", null, harness.dispatcher({ store }))).rejects.toThrow("lost");
    await harness.start("w", "chain");
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });
});

describe("the head", () => {
  it("of an ended workflow asks for no check, and that of a live one never for a later one than its end", async () => {
    const hour = 3600 * 1000;
    harness = new Harness({
      workflows: [chain("chain", 1), { ...approval, longestDurationMs: hour }],
      nodes: ledger.nodes,
    });
    const startedAt = harness.clock.now();
    for (const [id, definition] of [
      ["ended", "chain"],
      ["waits", "approval"],
    ] as const)
      await harness.start(id, definition);
    await harness.drain();
    expect(await harness.store.listDue(Number.MAX_SAFE_INTEGER, 10)).toEqual([
      { workflowId: "waits", checkAt: startedAt + hour, checkIntervalMs: 24 * hour },
    ]);
  });
});
