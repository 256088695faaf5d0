import { beforeEach, describe, expect, it } from "vitest";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  const short = { ...approval, id: "short", longestDurationMs: 60_000 };
  harness = new Harness({ workflows: [approval, short, chain("chain", 2)], nodes: ledger.nodes });
});

const broken = () => {
  throw new Error("no telemetry today");
};

describe("telemetry", () => {
  it("is told of each committed step, with what it made of its workflow", async () => {
    ledger.behaviour = () => {
      harness.clock.advance(250);
      return { secret: "a payload" };
    };
    await harness.start("w", "chain", { secret: "an input" });
    await harness.run();
    expect(harness.telemetry.steps).toEqual([
      {
        workflowId: "w",
        version: 0,
        definitionId: "chain",
        nodeId: "a",
        status: "active",
        attempt: 1,
        durationMs: 250,
      },
      {
        workflowId: "w",
        version: 1,
        definitionId: "chain",
        nodeId: "b",
        status: "completed",
        attempt: 1,
        durationMs: 250,
      },
    ]);
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "chain", outcome: "completed" }]);
  });

  it("is told of each retry, and of the failure in the end", async () => {
    ledger.behaviour = () => Promise.reject(new Error("no"));
    await harness.start("w", "chain");
    await harness.run();
    expect(harness.telemetry.steps.map(({ status, attempt }) => [status, attempt])).toEqual([
      ["error", 1],
      ["error", 2],
      ["failed", 3],
    ]);
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "chain", outcome: "failed" }]);
  });

  it("is told of a step that its claims used up, which no node ran in", async () => {
    await harness.start("w", "chain");
    for (const token of ["first", "second", "third"]) {
      const claim = { token, expiresAt: 0, now: harness.clock.now() };
      await harness.store.claim({ workflowId: "w", version: 0, purgeAt: 0 }, claim);
    }
    await harness.run();
    expect(ledger.runs).toEqual([]);
    expect(harness.telemetry.steps).toMatchObject([{ nodeId: "a", status: "failed", attempt: undefined }]);
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "chain", outcome: "failed" }]);
  });

  it("is told of a cancel as a cancel, not as a failure", async () => {
    await harness.start("w", "approval");
    await harness.run();
    await harness.cancel("w");
    await harness.cancel("w");
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "approval", outcome: "cancelled" }]);
  });

  it("is told of a pause that outlived its workflow's longest duration", async () => {
    await harness.start("w", "short");
    await harness.run();
    harness.clock.advance(61_000);
    const timer = { type: "timer", schemaVersion: 1, workflowId: "w", version: 1 } as const;
    await harness.dispatcher().execute(timer, harness.invocation());
    expect(harness.telemetry.workflows).toEqual([{ definitionId: "short", outcome: "failed" }]);
  });

  it("is told of nothing that was not committed: a pause that goes on, a duplicate, a second cancel", async () => {
    await harness.start("w", "approval");
    await harness.run();
    await harness.resume("w", { payload: { answer: 1 } });
    expect(harness.telemetry.workflows).toEqual([]);
    await harness.run();
    const told = [harness.telemetry.steps.length, harness.telemetry.workflows.length];
    for (const version of [0, 1, 2, 3]) await harness.step("w", version);
    await harness.cancel("w");
    await harness.run();
    expect([harness.telemetry.steps.length, harness.telemetry.workflows.length]).toEqual(told);
    expect(told).toEqual([3, 1]);
  });

  it("is told of what is committed even if what comes after the commit fails", async () => {
    const failing = { writeHead: () => Promise.reject(new Error("the table is gone")) };
    const store = replaceMethods(harness.store, failing);
    ledger.behaviour = () => Promise.reject(new Error("no"));
    await harness.start("w", "chain");
    await harness.poll(harness.dispatcher({ store }));
    expect(harness.telemetry.steps).toMatchObject([{ version: 0, status: "error" }]);
    await harness.start("v", "approval");
    await harness.run();
    await expect(harness.cancel("v", harness.dispatcher({ store }))).rejects.toThrow("the table is gone");
    expect(harness.telemetry.workflows).toContainEqual({ definitionId: "approval", outcome: "cancelled" });
  });

  it("never stops a step or a cancel: what it throws is logged", async () => {
    const telemetry = { stepEnded: broken, workflowEnded: broken };
    await harness.start("w", "chain");
    await harness.poll(harness.dispatcher({ telemetry }));
    await harness.cancel("w", harness.dispatcher({ telemetry }));
    expect(await harness.view("w")).toMatchObject({ status: "failed", version: 2 });
    expect(harness.lines.filter(({ message }) => message === "telemetry failed")).toMatchObject([
      { level: "warn", fields: { workflowId: "w" } },
      { level: "warn", fields: { workflowId: "w" } },
    ]);
  });
});
