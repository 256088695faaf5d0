import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { body, functionTimeoutMs, Harness } from "./harness.ts";
import { pollInMortalProcess } from "./poll-in-mortal-process.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 3), approval], nodes: ledger.nodes });
});

const pollAndDie = (isKiller: (workflowId: string) => boolean) => pollInMortalProcess(harness, ledger, isKiller);

describe("a node that kills its process", () => {
  it("twice in a batch of ten takes no neighbour along, and goes on when it stops", async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `w${index}`);
    for (const id of ids) await harness.start(id, "chain");
    for (let kills = 0; kills < 2; kills += 1) {
      await pollAndDie((id) => id === "w4");
      harness.clock.advance(6 * functionTimeoutMs);
    }
    ledger.behaviour = () => ({});
    await harness.run();
    for (const id of ids) expect(await harness.view(id)).toMatchObject({ status: "completed", version: 3 });
    expect(harness.queue.deadLetters).toEqual([]);
    expect(ledger.runs.filter((run) => run.startsWith("w4:a"))).toHaveLength(3);
  });

  it("every time fails its workflow with a clear error after three claims, before its message is worn out", async () => {
    await harness.start("w", "chain");
    for (let kills = 0; kills < 3; kills += 1) {
      await pollAndDie(() => true);
      harness.clock.advance(6 * functionTimeoutMs);
    }
    await harness.run();
    expect(ledger.runs).toHaveLength(3);
    const { status, metadata } = await harness.view("w");
    expect([status, metadata["failedReason"]]).toEqual(["failed", expect.stringContaining("claimed 3 times")]);
    expect(harness.queue.deadLetters).toEqual([]);
  });

  it.each([2, 4, 10])(
    "%i of them in one batch part, and each ends before its message is worn out (I5)",
    async (count) => {
      const ids = Array.from({ length: count }, (_, index) => `w${index}`);
      for (const id of ids) await harness.start(id, "chain");
      for (let polls = 0; harness.queue.messages.length > 0 && polls < 100; polls += 1) {
        const next = Math.min(...harness.queue.messages.map(({ visibleAt }) => visibleAt));
        harness.clock.advance(Math.max(0, next - harness.clock.now()));
        await pollAndDie(() => true);
      }
      expect(harness.queue.deadLetters).toEqual([]);
      for (const id of ids) expect(await harness.view(id)).toMatchObject({ status: "failed", version: 1 });
    },
  );

  it("a version that was claimed before runs alone, after the rest of its batch", async () => {
    await harness.start("w0", "chain");
    await pollAndDie((id) => id === "w0");
    harness.clock.advance(6 * functionTimeoutMs);
    for (const id of ["w1", "w2"]) await harness.start(id, "chain");
    ledger.runs.length = 0;
    ledger.behaviour = () => ({});
    await harness.poll();
    expect(ledger.runs).toEqual(["w1:a@0", "w2:a@0", "w0:a@0"]);
  });
});

describe("versions that were claimed before", () => {
  it("run in the order of their claims, so that the one that killed most often runs last", async () => {
    for (const id of ["worse", "once"]) await harness.start(id, "chain");
    let claims = 0;
    const claimAndDie = async (workflowId: string) => {
      const key = { workflowId, version: 0, purgeAt: 0 };
      await harness.store.claim(key, { token: `dead-${++claims}`, expiresAt: 0, now: harness.clock.now() });
    };
    for (const id of ["worse", "worse", "once"]) await claimAndDie(id);
    await harness.poll();
    expect(ledger.runs).toEqual(["once:a@0", "worse:a@0"]);
  });
});

describe("a crash", () => {
  it("after the commit and before the send heals by the redelivery of the source message (I4)", async () => {
    await harness.start("w", "chain");
    const queue = Object.assign(Object.create(harness.queue), { send: () => new Promise(() => {}) });
    void harness.poll(harness.dispatcher({ queue }));
    await settle();
    harness.clock.advance(6 * functionTimeoutMs);
    await harness.run();
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 3 });
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2"]);
  });

  it("of the send fails the record, and only that one", async () => {
    for (const id of ["w0", "w1"]) await harness.start(id, "chain");
    const send: Harness["queue"]["send"] = async (messages) => {
      const results = await harness.queue.send(messages.filter(({ message }) => message.workflowId !== "w0"));
      return messages.map(({ message }) => (message.workflowId === "w0" ? new Error("refused") : results[0]));
    };
    const queue = Object.assign(Object.create(harness.queue), { send });
    const bodies = ["w0", "w1"].map((workflowId) => body({ type: "step", workflowId, version: 0 }));
    const results = await harness.dispatch(bodies, harness.dispatcher({ queue }));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  it("during the step: the claim expires, the version is claimed again, the late commit is refused (I8)", async () => {
    let finishLate = (_value: unknown) => {};
    ledger.behaviour = () =>
      new Promise((resolve) => {
        finishLate = resolve;
      });
    await harness.start("w", "chain");
    const late = harness.poll();
    await settle();
    ledger.behaviour = () => ({ by: "second" });
    // The owner is alive, but its clock stood still: nothing aborts it.
    const invocation = { deadlineAt: harness.clock.now() + 7 * functionTimeoutMs + functionTimeoutMs };
    const claimOver = harness.clock.now() + functionTimeoutMs + 2001;
    Object.assign(harness.clock, { now: () => claimOver });
    await harness.dispatcher().execute({ type: "step", schemaVersion: 1, workflowId: "w", version: 0 }, invocation);
    finishLate({ by: "first" });
    await late;
    const { context, version } = await harness.view("w");
    expect([version, context["a"]?.map(({ output }) => output)]).toEqual([1, [{ by: "second" }]]);
  });
});

describe("the guard", () => {
  afterEach(() => {
    delete process.env["POWERTOOLS_IDEMPOTENCY_DISABLED"];
  });

  it("refuses to start when Powertools' idempotency is switched off", () => {
    process.env["POWERTOOLS_IDEMPOTENCY_DISABLED"] = "true";
    expect(() => harness.dispatcher()).toThrow("POWERTOOLS_IDEMPOTENCY_DISABLED");
  });

  it("does not begin a step without the time to end it", async () => {
    await harness.start("w", "chain");
    const invocation = { deadlineAt: harness.clock.now() + 5_500 };
    const step = { type: "step", schemaVersion: 1, workflowId: "w", version: 0 } as const;
    expect(await harness.dispatcher().execute(step, invocation)).toMatchObject({ type: "later" });
    expect(ledger.runs).toEqual([]);
  });

  it("a commit that fails leaves the claim to run out, and its count stays", async () => {
    await harness.start("w", "chain");
    const store = Object.assign(Object.create(harness.store), {
      claim: harness.store.claim.bind(harness.store),
      load: harness.store.load.bind(harness.store),
      release: harness.store.release.bind(harness.store),
      commit: () => Promise.reject(new Error("throttled")),
    });
    await expect(harness.step("w", 0, harness.dispatcher({ store }))).rejects.toThrow("throttled");
    expect((await harness.store.load("w"))?.versions).toMatchObject([{ claim: { count: 1 } }]);
  });
});

describe("the log", () => {
  it("names workflow, version and node on every line of a step, and never shows a payload (I16)", async () => {
    const canary = "canary-7f3a";
    ledger.behaviour = (name, { attempt }) =>
      name === "b" && attempt === 1 ? Promise.reject(new Error(canary)) : { secret: canary };
    await harness.start("w", "chain", { secret: canary });
    await harness.dispatch([`{"type":"start","input":{"secret":"${canary}"`]);
    await harness.run();
    expect(JSON.stringify(harness.lines.map((line) => [line, String(line.error)]))).not.toContain(canary);
    const steps = harness.lines.filter(({ message }) => message.startsWith("step"));
    expect(steps.length).toBeGreaterThanOrEqual(4);
    for (const { fields } of steps) {
      expect(fields).toMatchObject({ workflowId: "w", version: expect.any(Number), nodeId: expect.any(String) });
    }
  });
});
