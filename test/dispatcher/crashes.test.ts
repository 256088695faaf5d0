import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { body, functionTimeoutMs, Harness } from "./harness.ts";
import { killable } from "./killable.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  harness = new Harness({ workflows: [chain("chain", 3), approval], nodes: ledger.nodes });
});

/** A dispatcher in a process that can be killed. */
function mortal() {
  const process = { isDead: false };
  const dispatcher = harness.dispatcher({
    store: killable(harness.store, process),
    queue: killable(harness.queue, process),
  });
  return { process, dispatcher };
}

/** One poll by a process that a node kills; what it received stays in flight. */
async function pollAndDie(isKiller: (workflowId: string) => boolean): Promise<void> {
  const { process, dispatcher } = mortal();
  ledger.behaviour = (_name, step) => {
    if (!isKiller(step.workflowId)) return {};
    process.isDead = true;
    return new Promise(() => {});
  };
  void harness.poll(dispatcher);
  await settle();
}

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
    await pollAndDie(() => true);
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
    await harness.store.moveCheck("w", { checkAt: harness.clock.now() + 60_000 });
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
    for (let index = 0; index < 250; index += 1) await harness.start(`w${index}`, "chain");
    harness.queue.purge();
    harness.clock.advance(5 * 60_000);
    expect(await sweep()).toEqual({ quiet: 0, sent: 250, skipped: 0, failed: 0, unreached: 0 });
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
