import { beforeEach, describe, expect, test, vi } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { StoredVersion, StoredWorkflow, WorkflowStore } from "../../src/ports/workflow-store.ts";
import { body, Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

/** A step's first read is eventually consistent, and a hint: what it shows may be old (DESIGN 4, step 1; decision 18). */

let ledger: Ledger;
let harness: Harness;

function open(workflows: readonly WorkflowDefinition[], stepsPerInvocation = 1) {
  harness = new Harness({
    workflows,
    nodes: ledger.nodes,
    settings: { carriedStateBytes: 0, foldCacheBytes: 100, stepsPerInvocation },
  });
}

beforeEach(() => {
  ledger = new Ledger();
  open([chain("chain", 4), approval]);
});

/** A new container whose glances show that. */
function glancing(glance: WorkflowStore["glance"]) {
  return harness.dispatcher({ store: replaceMethods(harness.store, { glance }) });
}

/** The workflow of now, for a glance that shows it later. */
const remember = () => harness.store.load("w");

/** What glances show when the items are changed. */
function altered(change: (versions: readonly StoredVersion[]) => readonly StoredVersion[]): WorkflowStore["glance"] {
  return async (workflowId) => {
    const stored = await harness.store.load(workflowId);
    return stored && { ...stored, versions: change(stored.versions) };
  };
}

describe("a step's read", () => {
  test("is eventually consistent, and there is no other when it shows the step's version", async () => {
    await harness.start("w", "chain");
    const [load, glance] = [vi.spyOn(harness.store, "load"), vi.spyOn(harness.store, "glance")];
    const steps = 4;
    for (let polls = 0; polls < steps; polls += 1) await harness.poll();
    // The memory store's own glance loads.
    expect(glance).toHaveBeenCalledTimes(steps);
    expect(load).toHaveBeenCalledTimes(steps);
    vi.restoreAllMocks();
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 4 });
  });

  test("of the tail is so too, in a container that knows the workflow", async () => {
    harness = new Harness({
      workflows: [chain("chain", 4)],
      nodes: ledger.nodes,
      settings: { carriedStateBytes: 0 },
    });
    await harness.start("w", "chain");
    const warm = harness.dispatcher();
    const [from, glanceFrom] = [vi.spyOn(harness.store, "loadFrom"), vi.spyOn(harness.store, "glanceFrom")];
    for (let polls = 0; polls < 4; polls += 1) await harness.poll(warm);
    expect(glanceFrom.mock.calls).toEqual([
      ["w", 0],
      ["w", 1],
    ]);
    expect(from).toHaveBeenCalledTimes(2);
    expect(ledger.runs).toHaveLength(4);
  });

  test("is strongly consistent when the message was received before", async () => {
    await harness.start("w", "chain");
    harness.queue.receive(10);
    harness.clock.advance(6 * 60_000);
    const glance = vi.spyOn(harness.store, "glance");
    await harness.poll();
    expect(glance).not.toHaveBeenCalled();
    expect(ledger.runs).toEqual(["w:a@0"]);
  });
});

describe("an old read", () => {
  test.each<[string, WorkflowStore["glance"]]>([
    ["nothing", async () => undefined],
    ["no head yet", async (id) => withoutHead(await harness.store.load(id))],
    ["not the version before", altered((versions) => versions.slice(0, -1))],
    [
      "that one not committed yet",
      altered(([first, { transition: _not, ...second } = { version: 1 }]) => (first ? [first, second] : [])),
    ],
    ["a gap", altered((versions) => versions.slice(1))],
  ])("that shows %s is made again as it has to be, and nothing goes to the dead letters", async (_what, glance) => {
    await harness.start("w", "chain");
    for (let polls = 0; polls < 2; polls += 1) await harness.poll();
    expect(
      await harness.dispatch([body({ type: "step", workflowId: "w", version: 2 })], glancing(glance)),
    ).toMatchObject([{ status: "fulfilled" }]);
    expect(harness.queue.deadLetters).toEqual([]);
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2"]);
  });

  test("with a gap is not what the container remembers of the workflow", async () => {
    harness = new Harness({ workflows: [chain("chain", 5)], nodes: ledger.nodes, settings: { carriedStateBytes: 0 } });
    await harness.start("w", "chain");
    for (let polls = 0; polls < 3; polls += 1) await harness.poll();
    const warm = glancing(altered((versions) => versions.filter(({ version }) => version !== 1)));
    while ((await harness.poll(warm)) > 0);
    const { context, status } = await harness.view("w");
    expect(status).toBe("completed");
    expect(Object.keys(context)).toEqual(["a", "b", "c", "d", "e"]);
    expect(await warm.execute({ type: "get", workflowId: "w" }, harness.invocation())).toMatchObject({
      workflow: { context },
    });
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2", "w:d@3", "w:e@4"]);
  });

  test("does not free a version that somebody has claimed, nor run one that is committed (I7, I8)", async () => {
    await harness.start("w", "chain");
    await harness.poll();
    const before = await remember();
    const expiresAt = harness.clock.now() + 60_000;
    await harness.store.claim({ workflowId: "w", version: 1, purgeAt: 0 }, { token: "other", now: 0, expiresAt });
    const message = body({ type: "step", workflowId: "w", version: 1 });
    expect(
      await harness.dispatch(
        [message],
        glancing(async () => before),
      ),
    ).toMatchObject([{ status: "rejected" }]);
    expect(ledger.runs).toEqual(["w:a@0"]);
    harness.clock.advance(120_000);
    await harness.drain();
    expect(
      await harness.dispatch(
        [message],
        glancing(async () => before),
      ),
    ).toMatchObject([{ status: "fulfilled" }]);
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2", "w:d@3"]);
  });

  test("counts the claim that it does not show, and the version runs alone", async () => {
    await harness.start("w", "chain");
    await harness.poll();
    const before = await remember();
    const key = { workflowId: "w", version: 1, purgeAt: 0 };
    await harness.store.claim(key, { token: "died", now: 0, expiresAt: 1 });
    await harness.dispatch(
      [body({ type: "step", workflowId: "w", version: 1 })],
      glancing(async () => before),
    );
    expect(ledger.steps.at(-1)).toMatchObject({ version: 1, attempt: 2 });
  });

  test("of a pause settles nothing: the resume that it does not show goes on", async () => {
    await harness.start("w", "approval");
    await harness.drain();
    const paused = await remember();
    const version = paused?.versions.length ?? 0;
    await harness.resume("w", { version, payload: { answer: 1 } });
    const glance = vi.fn(async () => paused);
    while ((await harness.poll(glancing(glance))) > 0);
    expect(glance).toHaveBeenCalled();
    expect(await harness.view("w")).toMatchObject({ status: "completed" });
  });

  test("runs nothing of a workflow that was deleted since", async () => {
    await harness.start("w", "chain");
    await harness.poll();
    const before = await remember();
    await harness.drain();
    expect(await harness.execute({ type: "erase", workflowId: "w" })).toMatchObject({ type: "erased" });
    const message = body({ type: "step", workflowId: "w", version: 1 });
    expect(
      await harness.dispatch(
        [message],
        glancing(async () => before),
      ),
    ).toMatchObject([{ status: "fulfilled" }]);
    expect(ledger.runs).toHaveLength(4);
  });

  test("does not take a version from the owner that goes on with it", async () => {
    open([chain("chain", 4)], 10);
    await harness.start("w", "chain");
    let during: unknown;
    ledger.behaviour = async (name) => {
      if (name !== "b" || during !== undefined) return { done: true };
      during = "asked";
      const message = body({ type: "step", workflowId: "w", version: 1 });
      [during] = await harness.dispatch([message]);
      return { done: true };
    };
    await harness.drain();
    expect(during).toMatchObject({ status: "rejected" });
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2", "w:d@3"]);
  });

  test("leaves a head right that it shows as it was before", async () => {
    await harness.start("w", "approval");
    const begun = await remember();
    await harness.drain();
    await harness.resume("w", { version: (await remember())?.versions.length ?? 0, payload: { answer: 1 } });
    const glance: WorkflowStore["glance"] = async (id) => {
      const stored = await harness.store.load(id);
      return stored && begun?.head && { ...stored, head: begun.head };
    };
    while ((await harness.poll(glancing(glance))) > 0);
    const { head, versions = [] } = (await remember()) ?? {};
    expect(head).toMatchObject({ status: "completed", version: versions.length });
  });
});

function withoutHead(stored: StoredWorkflow | undefined): StoredWorkflow | undefined {
  return stored && { start: stored.start, versions: stored.versions };
}
