import { beforeEach, describe, expect, it } from "vitest";
import { body, Harness } from "./harness.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(async () => {
  ledger = new Ledger();
  harness = new Harness({
    workflows: [approval, chain("chain", 2)],
    nodes: ledger.nodes,
    settings: { maxValueBytes: 20_000 },
  });
  await harness.start("w", "approval");
});

const token = async () => (await ledger.steps[0]?.resumeToken()) ?? "";

describe("a paused workflow", () => {
  beforeEach(() => harness.drain());

  it("keeps the data of its node, which says what is awaited", async () => {
    expect(await harness.view("w")).toMatchObject({
      status: "paused",
      version: 1,
      pause: { nodeId: "ask", data: { please: "answer" } },
    });
  });

  it("is never moved by a plain step message", async () => {
    for (const version of [0, 1]) await harness.step("w", version);
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "paused", version: 1 });
    expect(ledger.runs).toEqual(["w:approve@0"]);
  });

  it("runs its node again with the payload of an operator's resume", async () => {
    expect(await harness.resume("w", { payload: { answer: 42 } })).toMatchObject({ type: "resumed", version: 1 });
    await harness.run();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { ask: [{ output: { answer: 42 } }] },
    });
  });

  it("is resumed by the token that its node was given", async () => {
    expect(await harness.resume("w", { token: await token(), payload: { answer: 1 } })).toMatchObject({
      type: "resumed",
    });
  });

  it("consumes one resume: the same again answers the same, another is a conflict (I11)", async () => {
    await harness.resume("w", { version: 1, payload: { answer: 1 } });
    expect(await harness.resume("w", { version: 1, payload: { answer: 1 } })).toMatchObject({
      type: "resumed",
      version: 1,
    });
    expect(await harness.resume("w", { version: 1, payload: { answer: 2 } })).toMatchObject({ code: "conflict" });
    await harness.run();
    expect(ledger.runs).toEqual(
      ["w:approve@0", "w:approve@2", "w:work@3"].map((run) => run.replace(":work", ":after")),
    );
  });

  it("has one winner when two resumes and a cancel race", async () => {
    const outcomes = await Promise.all([
      harness.resume("w", { version: 1, payload: { answer: 1 } }),
      harness.resume("w", { version: 1, payload: { answer: 2 } }),
    ]);
    expect(outcomes.map((outcome) => ("code" in outcome ? outcome.code : outcome.type)).toSorted()).toEqual([
      "conflict",
      "resumed",
    ]);
  });

  it("a resume whose send was lost is healed by the same resume again", async () => {
    const lost = Object.assign(Object.create(harness.queue), { send: () => Promise.reject(new Error("lost")) });
    const answer = { version: 1, payload: { answer: 1 } };
    await expect(harness.resume("w", answer, harness.dispatcher({ queue: lost }))).rejects.toThrow("lost");
    await harness.resume("w", answer);
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("a resume that crashes right after its commit heals by the sweeper within a minute", async () => {
    const dying = Object.assign(Object.create(harness.store), { writeHead: () => new Promise(() => {}) });
    for (const name of ["load", "moveCheck", "commit"] as const) dying[name] = harness.store[name].bind(harness.store);
    void harness.resume("w", { payload: { answer: 1 } }, harness.dispatcher({ store: dying }));
    await settle();
    harness.clock.advance(60_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });
});

describe("a resume is refused", () => {
  it("as too early before its pause is committed, and over the queue comes again", async () => {
    const early = body({ type: "resume", workflowId: "w", version: 1, payload: { answer: 1 } });
    expect(await harness.dispatch([early])).toMatchObject([
      { status: "rejected", reason: { code: "resume.too-early" } },
    ]);
    await harness.drain();
    expect(await harness.dispatch([early])).toMatchObject([{ status: "fulfilled" }]);
  });

  it("as forbidden, without a hint, for every token that is not the one", async () => {
    await harness.drain();
    const good = await token();
    const [version, key, mac = ""] = good.split(".");
    const forged = [
      "",
      "x",
      `2.${key}.${mac}`,
      `${version}.k2.${mac}`,
      `${version}.${key}.${mac.slice(0, -2)}AA`,
      `${good}A`,
      `-1.${key}.${mac}`,
    ];
    const answers = new Set<string>();
    for (const bad of forged) answers.add(JSON.stringify(await harness.resume("w", { token: bad })));
    answers.add(JSON.stringify(await harness.resume("nobody", { token: good })));
    answers.add(JSON.stringify(await harness.resume("w", { token: good, version: 2 })));
    answers.add(JSON.stringify(await harness.resume("w", { isOperator: false })));
    expect([...answers]).toEqual([
      JSON.stringify({ type: "refused", code: "forbidden", reason: "The resume token is not valid" }),
    ]);
    expect((await harness.view("w")).status).toBe("paused");
  });

  it("as a conflict when the workflow has ended, and too large beyond the limit", async () => {
    await harness.cancel("w");
    expect(await harness.resume("w", {})).toMatchObject({ code: "conflict" });
    expect(await harness.resume("w", { payload: "x".repeat(20_000) })).toMatchObject({ code: "too-large" });
    expect(await harness.resume("nobody", {})).toMatchObject({ code: "not-found" });
  });

  it("when its key was withdrawn; a rotated key still verifies", async () => {
    await harness.drain();
    const old = await token();
    harness.keys.set("k2", "second secret of the tests, 32 bytes");
    harness.currentKey = "k2";
    expect((await token()).split(".")[1]).toBe("k2");
    expect(await harness.resume("w", { token: old, payload: { answer: 1 } })).toMatchObject({ type: "resumed" });
    harness.keys.delete("k1");
    expect(await harness.resume("w", { token: old, payload: { answer: 1 } })).toMatchObject({ code: "forbidden" });
  });
});

describe("a cancel", () => {
  it("ends a paused, a waiting and an active workflow as failed and cancelled", async () => {
    await harness.drain();
    await harness.start("active", "chain");
    for (const id of ["w", "active"]) {
      expect(await harness.cancel(id)).toMatchObject({ type: "cancelled" });
      expect(await harness.view(id)).toMatchObject({ status: "failed", metadata: { failedReason: "Cancelled" } });
    }
    await harness.run();
    expect(ledger.runs).toEqual(["w:approve@0"]);
  });

  it("takes over a running step's claim, whose result is dropped", async () => {
    let finish = () => {};
    ledger.behaviour = () =>
      new Promise((resolve) => {
        finish = () => resolve({ late: true });
      });
    await harness.start("c", "chain");
    harness.queue.purge();
    const running = harness.dispatch([body({ type: "step", workflowId: "c", version: 0 })]);
    await settle();
    expect(await harness.cancel("c")).toMatchObject({ type: "cancelled", version: 1 });
    finish();
    expect(await running).toMatchObject([{ status: "fulfilled" }]);
    expect(await harness.view("c")).toMatchObject({ status: "failed", version: 1, context: {} });
    expect(harness.queue.messages).toEqual([]);
  });

  it("leaves an ended workflow as it is (I10)", async () => {
    await harness.start("c", "chain");
    await harness.drain();
    const before = await harness.view("c");
    expect(await harness.cancel("c")).toEqual({ type: "settled", why: "ended" });
    expect(await harness.view("c")).toEqual(before);
  });
});
