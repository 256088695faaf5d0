import { beforeEach, describe, expect, it } from "vitest";
import { body, Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;
let isBroken: boolean;

const retry = (workflowId: string, version?: number, by = "operator") =>
  harness.execute({ type: "retry", schemaVersion: 1, workflowId, ...(version !== undefined && { version }) }, by);

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({
    workflows: [chain("chain", 3), approval, { ...chain("short", 2), maxSteps: 1 }],
    nodes: ledger.nodes,
  });
  isBroken = true;
  ledger.behaviour = (name) => {
    if (name === "b" && isBroken) throw new Error("broken");
    return { name };
  };
});

/** A workflow that failed at its second node, after three attempts: at version 4. */
async function fail(workflowId = "w") {
  await harness.start(workflowId, "chain", { order: 1 });
  await harness.run();
  expect(await harness.view(workflowId)).toMatchObject({ status: "failed", version: 4, currentNodeId: "b" });
}

describe("a retry", () => {
  it("lets a failed workflow go on from the node that it failed at, with all attempts anew (I10)", async () => {
    await fail();
    isBroken = false;
    expect(await retry("w")).toEqual({ type: "retried", workflowId: "w", version: 4 });
    await harness.run();
    const { status, metadata, context } = await harness.view("w");
    expect(status).toBe("completed");
    expect(metadata).not.toHaveProperty("failedReason");
    expect(context["b"]?.map(({ attempt, error }) => [attempt, error])).toEqual([
      [1, "Error: broken"],
      [2, "Error: broken"],
      [3, "Error: broken"],
      [1, undefined],
    ]);
  });

  it("that fails again can be retried again", async () => {
    await fail();
    await retry("w");
    await harness.run();
    expect(await harness.view("w")).toMatchObject({ status: "failed", version: 8 });
    isBroken = false;
    await retry("w", 8);
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("of a node that had a resume's payload gives it the payload again", async () => {
    await harness.start("w", "approval");
    await harness.run();
    await harness.resume("w", { version: 1, payload: { answer: 42 } });
    await harness.cancel("w");
    await retry("w");
    await harness.run();
    const { status, context } = await harness.view("w");
    expect([status, context["ask"]?.[0]?.output]).toEqual(["completed", { answer: 42 }]);
  });

  it("is told again what it was told, by its version, and moves nothing twice", async () => {
    await fail();
    isBroken = false;
    expect(await retry("w", 4)).toMatchObject({ type: "retried", version: 4 });
    expect(await retry("w", 4)).toMatchObject({ type: "retried", version: 4 });
    await harness.run();
    expect(await retry("w", 4)).toMatchObject({ type: "retried", version: 4 });
    await harness.run();
    expect(ledger.runs.filter((run) => run.startsWith("w:c"))).toHaveLength(1);
  });

  it("of two at once one wins, and the workflow goes on once (I2)", async () => {
    await fail();
    isBroken = false;
    const answers = await Promise.all([retry("w", undefined, "ada"), retry("w", undefined, "bob")]);
    expect(answers.map(({ type }) => type).toSorted()).toEqual(["refused", "retried"]);
    await harness.run();
    expect(ledger.runs.filter((run) => run.startsWith("w:c"))).toHaveLength(1);
  });

  it("whose send was lost is made up for by the sweeper within a minute (I5)", async () => {
    await fail();
    isBroken = false;
    const queue = replaceMethods(harness.queue, { send: async () => [new Error("lost")] });
    await expect(
      harness.execute({ type: "retry", schemaVersion: 1, workflowId: "w" }, "ada", harness.dispatcher({ queue })),
    ).rejects.toThrow();
    expect((await harness.view("w")).status).toBe("active");
    harness.clock.advance(61_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("that crashed right after its commit is made up for by the sweeper within a minute (I5)", async () => {
    await fail();
    isBroken = false;
    const store = replaceMethods(harness.store, {
      commit: async (key, commit) => {
        await harness.store.commit(key, commit);
        throw new Error("crashed");
      },
    });
    const retryAndGiveUp = harness.execute(
      { type: "retry", schemaVersion: 1, workflowId: "w" },
      "ada",
      harness.dispatcher({ store }),
    );
    await expect(retryAndGiveUp).rejects.toThrow("crashed");
    harness.clock.advance(61_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("that crashed before its commit leaves an ended workflow, which the sweeper looks at a few times more", async () => {
    await fail();
    const store = replaceMethods(harness.store, { commit: async () => Promise.reject(new Error("crashed")) });
    const command = { type: "retry", schemaVersion: 1, workflowId: "w" } as const;
    await expect(harness.execute(command, "ada", harness.dispatcher({ store }))).rejects.toThrow("crashed");
    let looks = 0;
    for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
      harness.clock.advance(60_000);
      looks += (await harness.dispatcher().sweep(harness.invocation())).quiet;
    }
    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThan(10);
    expect((await harness.view("w")).status).toBe("failed");
    expect((await harness.store.load("w"))?.head).not.toHaveProperty("checkAt");
  });

  it.each([
    ["that is active", "is active, not failed", async () => void (await harness.start("w", "chain"))],
    [
      "that has completed",
      "is completed, not failed",
      async () => {
        isBroken = false;
        await harness.start("w", "chain");
        await harness.run();
      },
    ],
    [
      "whose longest duration is over",
      "longest duration is over",
      async () => {
        await fail();
        harness.clock.advance(31 * 86_400_000);
      },
    ],
    [
      "that took all of its steps",
      "has taken all steps",
      async () => {
        await harness.start("w", "short");
        await harness.run();
      },
    ],
  ])("of a workflow %s is a conflict", async (_which, reason, prepare) => {
    await prepare();
    const before = await harness.store.load("w");
    expect(await retry("w")).toEqual({ type: "refused", code: "conflict", reason: expect.stringContaining(reason) });
    expect(await harness.store.load("w")).toEqual(before);
  });

  it("of a version that was no failure is a conflict, and of no workflow it is not found", async () => {
    await fail();
    expect(await retry("w", 1)).toMatchObject({ code: "conflict" });
    expect(await retry("w", 9)).toMatchObject({ code: "conflict" });
    expect(await retry("nobody")).toMatchObject({ code: "not-found" });
  });

  it("is not confused by the messages of before", async () => {
    await fail();
    isBroken = false;
    await retry("w");
    await harness.dispatch([3, 4, 3].map((version) => body({ type: "step", workflowId: "w", version })));
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
    expect(ledger.runs.filter((run) => run.startsWith("w:c"))).toHaveLength(1);
    expect(harness.queue.deadLetters).toEqual([]);
  });
});
