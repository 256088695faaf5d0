import { beforeEach, describe, expect, it } from "vitest";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";
import { Harness } from "./harness.ts";
import { pollInMortalProcess } from "./poll-in-mortal-process.ts";
import { replaceMethods } from "./replace-methods.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 3), approval], nodes: ledger.nodes });
});

describe("the sweeper", () => {
  const sweep = () => harness.dispatcher().sweep(harness.invocation());

  it("heals a start whose send was lost within one liveness interval", async () => {
    await harness.start("w", "chain");
    harness.queue.purge();
    harness.clock.advance(5 * 60_000 - 1);
    expect(await sweep()).toMatchObject({ sent: 0 });
    harness.clock.advance(1);
    expect(await sweep()).toMatchObject({ sent: 1 });
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("heals a purged queue, a pending retry and an expired claim alike", async () => {
    ledger.behaviour = (name, { attempt }) => (name === "a" && attempt === 1 ? Promise.reject(new Error("no")) : {});
    for (const id of ["active", "retrying"]) await harness.start(id, "chain");
    await harness.drain();
    harness.queue.purge();
    await harness.start("killed", "chain");
    await pollInMortalProcess(harness, ledger, () => true);
    harness.queue.purge();
    ledger.behaviour = () => ({});
    for (let minutes = 0; minutes < 10; minutes += 1) {
      harness.clock.advance(60_000);
      await sweep();
      await harness.drain();
    }
    for (const id of ["active", "retrying", "killed"]) expect((await harness.view(id)).status).toBe("completed");
  });

  it("leaves a workflow alone whose step is running", async () => {
    await harness.start("w", "chain");
    harness.queue.purge();
    harness.clock.advance(5 * 60_000);
    ledger.behaviour = () => new Promise(() => {});
    void harness.step("w", 0);
    await settle();
    expect(await sweep()).toMatchObject({ sent: 0, quiet: 1 });
  });

  it("backs off: an idle paused workflow is looked at once a day", async () => {
    await harness.start("w", "approval");
    await harness.drain();
    let looks = 0;
    for (let hours = 0; hours < 72; hours += 1) {
      harness.clock.advance(3600_000);
      looks += (await sweep()).quiet;
    }
    expect(looks).toBe(3);
  });

  it("looks again in time for what is due, however far it backed off", async () => {
    const hour = 3600_000;
    const timer = { id: "timer", nodes: [{ id: "ask", type: "approve", data: { dueInMs: hour } }], edges: [] };
    harness = new Harness({ workflows: [timer], nodes: ledger.nodes });
    await harness.start("w", "timer");
    await harness.drain();
    // As a resume does that crashes before its commit.
    await harness.store.moveCheck("w", { type: "nearer", checkAt: harness.clock.now() + 60_000 });
    for (const minutes of [1, 59]) {
      harness.clock.advance(minutes * 60_000);
      await sweep();
      await harness.drain();
    }
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("mends a head that a crash left behind, and so does a cancel that comes after the end", async () => {
    for (const mend of [
      async () => {
        harness.clock.advance(5 * 60_000);
        await sweep();
      },
      () => harness.cancel("w"),
    ]) {
      harness = new Harness({ workflows: [chain("chain", 1)], nodes: ledger.nodes });
      const store = Object.assign(Object.create(harness.store), { writeHead: () => Promise.reject(new Error("lost")) });
      for (const name of ["load", "claim", "commit", "release"] as const)
        store[name] = harness.store[name].bind(harness.store);
      await harness.start("w", "chain");
      await expect(harness.step("w", 0, harness.dispatcher({ store }))).rejects.toThrow("lost");
      expect((await harness.store.load("w"))?.head?.status).toBe("active");
      await mend();
      expect((await harness.store.load("w"))?.head?.status).toBe("completed");
    }
  });

  it("does not let one workflow that cannot be loaded keep others from their check, and says so", async () => {
    for (const id of ["broken", "fine"]) await harness.start(id, "chain");
    harness.queue.purge();
    await harness.store.commit(
      { workflowId: "broken", version: 1, purgeAt: 0 },
      {
        token: "t",
        transition: JSON.stringify({
          schemaVersion: 1,
          type: "step",
          nodeId: "a",
          status: "active",
          currentNodeId: "b",
        }),
        owner: "anyone",
      },
    );
    harness.clock.advance(5 * 60_000);
    expect(await sweep()).toMatchObject({ sent: 1, failed: 1 });
    expect(harness.lines.filter(({ level }) => level === "error")).toMatchObject([
      { fields: { workflowId: "broken" } },
    ]);
  });

  it("finishes several pages of due workflows in one run", async () => {
    for (let index = 0; index < 1100; index += 1) await harness.start(`w${index}`, "chain");
    harness.queue.purge();
    harness.clock.advance(5 * 60_000);
    expect(await sweep()).toEqual({ quiet: 0, sent: 1100, skipped: 0, failed: 0, unreached: 0 });
  });

  it("begins no check when its time is over, not even of those that it has listed", async () => {
    for (let index = 0; index < 40; index += 1) await harness.start(`w${index}`, "chain");
    harness.queue.purge();
    harness.clock.advance(5 * 60_000);
    const invocation = harness.invocation();
    const begun = new Map<string, number>();
    const store = replaceMethods<WorkflowStore>(harness.store, {
      moveCheck: (workflowId, move) => {
        if (!begun.has(workflowId)) begun.set(workflowId, harness.clock.now());
        harness.clock.advance(2_000);
        return harness.store.moveCheck(workflowId, move);
      },
    });
    await harness.dispatcher({ store }).sweep(invocation);
    expect(begun.size).toBeGreaterThan(10);
    expect(Math.max(...begun.values())).toBeLessThan(invocation.deadlineAt - 5_000);
    expect(await sweep()).toMatchObject({ sent: 40 - begun.size });
  });
});
