import { beforeEach, describe, expect, it } from "vitest";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { functionTimeoutMs, Harness } from "./harness.ts";
import { settle } from "./settle.ts";
import { chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 2)], nodes: ledger.nodes });
});

/** As a process leaves a version that was killed in it. */
async function claimAndDie(token: string): Promise<void> {
  const claim = { token, expiresAt: 0, now: harness.clock.now() };
  await harness.store.claim({ workflowId: "w", version: 0, purgeAt: 0 }, claim);
}

describe("a step that died with its process", () => {
  it("has spent an attempt: the next one is told so, and the retry policy counts it", async () => {
    ledger.behaviour = () => Promise.reject(new Error("no"));
    await harness.start("w", "chain");
    await claimAndDie("first");
    await claimAndDie("second");
    await harness.run();
    expect(ledger.steps.map(({ attempt }) => attempt)).toEqual([3]);
    expect(await harness.view("w")).toMatchObject({ status: "failed", context: { a: [{ attempt: 3 }] } });
  });

  it("keeps its step key, and gets an attempt key of its own", async () => {
    await harness.start("w", "chain");
    await claimAndDie("first");
    await harness.run();
    expect(ledger.steps[0]).toMatchObject({ attempt: 2, stepKey: "w#a#0", attemptKey: "w#0#2" });
    expect((await harness.view("w")).status).toBe("completed");
  });
});

describe("a node's own timeout", () => {
  const stuck: NodeDefinition = { timeoutMs: 3000, executor: () => new Promise(() => {}) };
  const definition = (timeoutMs?: number) => ({
    id: "stuck",
    nodes: [{ id: "only", type: "stuck", data: {}, ...(timeoutMs !== undefined && { timeoutMs }) }],
    edges: [],
  });

  it.each([
    ["of its type", undefined, 3000],
    ["of the node, which goes before its type's", 1000, 1000],
    ["is never longer than the invocation leaves", 10 * functionTimeoutMs, functionTimeoutMs - 5000],
  ])("%s fails the attempt", async (_name, timeoutMs, expectedMs) => {
    harness = new Harness({ workflows: [definition(timeoutMs)], nodes: { stuck } });
    await harness.start("w", "stuck");
    const polling = harness.poll();
    await settle();
    harness.clock.advance(expectedMs - 1);
    await settle();
    expect((await harness.view("w")).status).toBe("active");
    harness.clock.advance(1);
    await polling;
    const { status, metadata } = await harness.view("w");
    expect([status, metadata["failedReason"]]).toEqual([
      "failed",
      expect.stringContaining("Node 'only' did not finish"),
    ]);
  });
});
