import { beforeEach, describe, expect, it } from "vitest";
import type { ListCommand } from "../../src/contracts/command.ts";
import { Harness } from "./harness.ts";
import { approval, chain, Ledger, startOfTests } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;
const tags = { orderNumber: "order.number", customer: "customer" };

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [{ ...chain("chain", 2), tags }, approval], nodes: ledger.nodes });
});

const list = async (filters: Partial<ListCommand> = {}) => {
  const outcome = await harness.execute({ type: "list", limit: 10, ...filters });
  if (outcome.type !== "list") throw new Error(JSON.stringify(outcome));
  return outcome.page;
};
const ids = async (filters: Partial<ListCommand> = {}) =>
  (await list(filters)).workflows.map(({ workflowId }) => workflowId);
const start = async (workflowId: string, definitionId = "chain", input: unknown = {}) => {
  harness.clock.advance(1_000);
  const outcome = await harness.start(workflowId, definitionId, input);
  expect(outcome.type).toBe("started");
};

describe("a list", () => {
  it("has the newest start first, and filters by status, definition, tag and time", async () => {
    await start("a", "chain", { order: { number: 1 }, customer: "ada" });
    await start("b", "approval");
    await harness.run(0);
    await start("c", "chain", { order: { number: 2 }, customer: "ada" });
    expect(await ids()).toEqual(["c", "b", "a"]);
    expect(await ids({ status: "active" })).toEqual(["c"]);
    expect(await ids({ status: "completed" })).toEqual(["a"]);
    expect(await ids({ status: "paused", definitionId: "chain" })).toEqual([]);
    expect(await ids({ status: "completed", definitionId: "chain" })).toEqual(["a"]);
    expect(await ids({ definitionId: "approval" })).toEqual(["b"]);
    expect(await ids({ tag: { name: "customer", value: "ada" } })).toEqual(["c", "a"]);
    expect(await ids({ tag: { name: "customer", value: "ada" }, status: "active" })).toEqual(["c"]);
    expect(await ids({ tag: { name: "orderNumber", value: "1" } })).toEqual(["a"]);
    const second = startOfTests + 2_000;
    expect(await ids({ startedFrom: second })).toEqual(["c", "b"]);
    expect(await ids({ startedBefore: second })).toEqual(["a"]);
    expect(await ids({ startedFrom: second, startedBefore: second + 1 })).toEqual(["b"]);
  });

  it("says of each workflow what its head says", async () => {
    ledger.behaviour = () => {
      throw new Error("x".repeat(1_000));
    };
    await start("a", "chain", { order: { number: 7 } });
    await harness.run();
    expect((await list()).workflows).toEqual([
      {
        workflowId: "a",
        definitionId: "chain",
        status: "failed",
        version: 3,
        startedAt: startOfTests + 1_000,
        tags: { orderNumber: "7" },
        failedReason: `Error: ${"x".repeat(193)}`,
      },
    ]);
  });

  it("comes in pages that follow each other, with what its filters leave over", async () => {
    for (let index = 0; index < 7; index += 1) await start(`w${index}`, index % 2 === 0 ? "chain" : "approval");
    const first = await list({ limit: 2, definitionId: "chain" });
    expect(first.workflows.map(({ workflowId }) => workflowId)).toEqual(["w6", "w4"]);
    const second = await list({ limit: 2, definitionId: "chain", ...(first.next && { after: first.next }) });
    expect(second.workflows.map(({ workflowId }) => workflowId)).toEqual(["w2", "w0"]);
    const third = await list({ limit: 2, definitionId: "chain", ...(second.next && { after: second.next }) });
    expect(third).toEqual({ workflows: [] });
  });

  it("looks at a bounded number of workflows at a time, and goes on from there", async () => {
    for (let index = 0; index < 520; index += 1) await start(`w${String(index).padStart(3, "0")}`);
    await harness.cancel("w000");
    const first = await list({ tag: undefined, status: "failed", definitionId: "approval" } as never);
    expect(first).toEqual({ workflows: [] });
    const active = await list({ status: "completed", definitionId: "chain" });
    expect(active.workflows).toEqual([]);
    expect(active.next).toEqual({ workflowId: "w020", startedAt: startOfTests + 21_000 });
  });

  it("leaves out what is past its retention", async () => {
    await start("a");
    await harness.run(0);
    harness.clock.advance(61 * 86_400_000);
    expect(await list()).toEqual({ workflows: [] });
  });
});

describe("tags", () => {
  it("are texts, numbers and truth values of the input; nothing else, and nothing that is not there", async () => {
    await start("a", "chain", { order: { number: 12.5 }, customer: "" });
    await start("b", "chain", "no object");
    await start("c", "chain", { order: { number: null }, customer: false });
    const { workflows } = await list();
    expect(workflows.map(({ tags: found }) => found)).toEqual([
      { customer: "false" },
      undefined,
      { orderNumber: "12.5" },
    ]);
  });

  it.each([
    ["an object", { number: {} }, "input.order.number is not a text, a number or a truth value"],
    ["too long", { number: "x".repeat(257) }, "input.order.number is longer than 256 characters"],
  ])("that are %s are refused with the reason", async (_what, order, reason) => {
    expect(await harness.start("a", "chain", { order })).toMatchObject({
      code: "invalid",
      reason: `${reason}, and is the workflow's tag orderNumber`,
    });
    expect(await harness.store.load("a")).toBeUndefined();
  });
});

describe("a history", () => {
  const history = async (from = 0, limit = 100) => {
    const outcome = await harness.execute({ type: "history", workflowId: "w", from, limit });
    if (outcome.type !== "history") throw new Error(JSON.stringify(outcome));
    return outcome.page;
  };

  it("has every transition: node, attempt, times, input digest, output, error and who asked", async () => {
    let runs = 0;
    ledger.behaviour = () => {
      runs += 1;
      if (runs === 1) throw new Error("busy");
      return { charged: true };
    };
    const by = "arn:aws:iam::1:user/ada";
    await harness.execute(
      { type: "start", schemaVersion: 1, workflowId: "w", definitionId: "approval", input: null },
      by,
    );
    await harness.run(0);
    await harness.execute(
      { type: "resume", schemaVersion: 1, workflowId: "w", payload: { answer: 1 }, isOperator: true },
      by,
    );
    await harness.run();
    const { entries, ...rest } = await history();
    expect(rest).toEqual({ workflowId: "w", definitionId: "approval", startedAt: startOfTests, startedBy: by });
    expect(entries).toMatchObject([
      { version: 0, type: "step", nodeId: "ask", status: "paused", at: startOfTests, output: { please: "answer" } },
      { version: 1, type: "resume", nodeId: "ask", status: "active", at: startOfTests, output: { answer: 1 }, by },
      { version: 2, type: "step", nodeId: "ask", status: "active", attempt: 1, output: { answer: 1 } },
      { version: 3, type: "step", nodeId: "after", status: "error", attempt: 1, error: "Error: busy" },
      { version: 4, type: "step", nodeId: "after", status: "completed", attempt: 2, output: { charged: true } },
    ]);
    expect(entries[3]).toHaveProperty("nextRetryAt", startOfTests + 10_000);
    expect(entries[3]).not.toHaveProperty("output");
    expect(entries[3]?.inputDigest).toMatch(/^[\w-]{43}$/);
    expect(entries[3]?.inputDigest).toBe(entries[4]?.inputDigest);
    expect(entries[2]?.inputDigest).not.toBe(entries[4]?.inputDigest);
  });

  it("says why a workflow was cancelled and who retried it", async () => {
    await harness.start("w", "chain");
    await harness.execute({ type: "cancel", schemaVersion: 1, workflowId: "w", reason: "a mistake" }, "ada");
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "w" }, "bob");
    expect((await history()).entries).toMatchObject([
      { type: "cancel", status: "failed", by: "ada", reason: "a mistake" },
      { type: "retry", status: "active", by: "bob" },
    ]);
  });

  it("says of a resume by token that a token made it", async () => {
    await harness.start("w", "approval");
    await harness.run(0);
    const token = await ledger.steps[0]?.resumeToken();
    await harness.execute(
      {
        type: "resume",
        schemaVersion: 1,
        workflowId: "w",
        payload: { answer: 1 },
        isOperator: false,
        ...(token && { token }),
      },
      "nobody",
    );
    expect((await history()).entries[1]).toMatchObject({ type: "resume", by: "token" });
  });

  it("comes in pages, and of bounded size", async () => {
    harness = new Harness({
      workflows: [chain("chain", 20)],
      nodes: ledger.nodes,
      settings: { inlineValueBytes: 300_000 },
    });
    ledger.behaviour = () => "x".repeat(200_000);
    await harness.start("w", "chain");
    await harness.run();
    const first = await history();
    expect(first.entries.map(({ version }) => version)).toEqual([0, 1, 2, 3, 4]);
    expect(first.next).toBe(5);
    expect((await history(5, 2)).entries.map(({ version }) => version)).toEqual([5, 6]);
    expect((await history(5, 2)).next).toBe(7);
    expect(await history(19)).not.toHaveProperty("next");
    expect((await history(20)).entries).toEqual([]);
  });
});

describe("definitions", () => {
  it("are listed, and shown as JSON and as a Mermaid flowchart", async () => {
    expect(await harness.execute({ type: "definitions" })).toMatchObject({
      definitions: [{ id: "approval" }, { id: "chain", hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(await harness.execute({ type: "definitions", definitionId: "approval" })).toMatchObject({
      definition: {
        definition: approval,
        mermaid: 'flowchart TD\n  n0["ask<br/>approve"]\n  n1["after<br/>work"]\n  n0 --> n1\n',
      },
    });
    expect(await harness.execute({ type: "definitions", definitionId: "nothing" })).toMatchObject({
      code: "not-found",
    });
  });
});
