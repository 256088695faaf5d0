import { beforeEach, describe, expect, test, vi } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { DispatcherSettings } from "../../src/dispatcher/index.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { body, Harness } from "./harness.ts";

/** What a message carries of its workflow, so that the next step need not read it (DESIGN 4, step 1). */

const ids = ["step0", "step1", "step2", "step3"];

const line: WorkflowDefinition = {
  id: "line",
  nodes: ids.map((id) => ({ id, type: "step", data: { id } })),
  edges: ids.slice(1).map((target, at) => ({ id: `e${at}`, source: String(ids[at]), target })),
};

const runs: string[] = [];

const nodes: NodesDefinition = {
  step: {
    executor: async (_data, context, payload, _globals, step) => {
      runs.push(`${step?.workflowId}#${step?.version}`);
      return { data: { seen: Object.keys(context), payload: payload ?? null, note: "größe \n \u2028" } };
    },
  },
};

async function started(settings: Partial<DispatcherSettings> = {}, input: unknown = { order: "o-1" }) {
  const harness = new Harness({ workflows: [line], nodes, settings });
  await harness.start("w", "line", input);
  return harness;
}

/** The one message on the queue, parsed. */
function messageOf({ queue }: Harness) {
  const [message] = queue.messages;
  return JSON.parse(message?.body ?? "null");
}

function spyOnReads({ store }: Harness) {
  return [
    vi.spyOn(store, "load"),
    vi.spyOn(store, "loadFrom"),
    vi.spyOn(store, "glance"),
    vi.spyOn(store, "glanceFrom"),
  ] as const;
}

beforeEach(() => {
  runs.length = 0;
});

describe("a message that carries its workflow", () => {
  test("spares its step every read, in any container, and the workflow ends as if it had been read", async () => {
    const harness = await started();
    await harness.poll();
    const reads = spyOnReads(harness);
    while ((await harness.poll()) > 0);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
    const carried = await harness.view("w");
    const read = await started({ carriedStateBytes: 0 });
    await read.drain();
    expect(carried).toEqual(await read.view("w"));
    expect(carried).toMatchObject({ status: "completed", context: { step3: [{ output: { seen: ids.slice(0, 3) } }] } });
  });

  test("carries large values by reference", async () => {
    const harness = await started({ inlineValueBytes: 10 }, { big: "b".repeat(100) });
    await harness.poll();
    expect(messageOf(harness).carried.text).toContain("sha256");
    expect(messageOf(harness).carried.text).not.toContain("bbbb");
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "completed" });
  });

  test.each([
    { what: "too large a workflow", settings: { carriedStateBytes: 300 } },
    { what: "a dispatcher that is told so", settings: { carriedStateBytes: 0 } },
  ])("is not made of $what", async ({ settings }) => {
    const harness = await started(settings);
    await harness.poll();
    expect(messageOf(harness)).toEqual({ type: "step", schemaVersion: 1, workflowId: "w", version: 1 });
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "completed" });
  });

  test("is believed only as it was signed, and by a key that is known", async () => {
    const harness = await started();
    await harness.poll();
    const { carried } = messageOf(harness);
    const text = carried.text.replace("o-1", "o-2");
    const forged = [
      { ...carried, text },
      { ...carried, key: "k9" },
      { ...carried, mac: `${carried.mac.slice(0, -2)}xx` },
      { ...carried, mac: carried.mac.toUpperCase() },
    ];
    for (const [at, carried] of forged.entries()) {
      harness.queue.purge();
      const [load] = spyOnReads(harness);
      const [result] = await harness.dispatch([body({ type: "step", workflowId: "w", version: at + 1, carried })]);
      expect(result).toMatchObject({ status: "fulfilled" });
      expect(load).toHaveBeenCalled();
      load.mockRestore();
    }
    const { context } = await harness.view("w");
    expect(JSON.stringify(context)).not.toContain("o-2");
  });

  test("of another workflow is not taken for its own", async () => {
    const harness = await started();
    await harness.start("other", "line");
    await harness.poll();
    const [, foreign] = harness.queue.messages.map((message) => JSON.parse(message.body).carried);
    harness.queue.purge();
    runs.length = 0;
    await harness.dispatch([body({ type: "step", workflowId: "w", version: 1, carried: foreign })]);
    expect(runs).toEqual(["w#1"]);
  });

  test("of an older version is not taken for the newest", async () => {
    const harness = await started();
    await harness.poll();
    const { carried } = messageOf(harness);
    await harness.poll();
    harness.queue.purge();
    await harness.dispatch([body({ type: "step", workflowId: "w", version: 2, carried })]);
    expect(runs).toEqual(["w#0", "w#1", "w#2"]);
    expect((await harness.view("w")).context["step2"]).toMatchObject([{ output: { seen: ["step0", "step1"] } }]);
  });

  test("is read when it was received before: whoever had it may have claimed its version", async () => {
    const harness = await started();
    await harness.poll();
    const key = { workflowId: "w", version: 1, purgeAt: 0 };
    await harness.store.claim(key, { token: "died", now: 0, expiresAt: 1 });
    harness.queue.receive(10);
    harness.clock.advance(6 * 60_000);
    const claim = vi.spyOn(harness.store, "claim");
    await harness.poll();
    expect(claim).toHaveBeenCalledOnce();
    expect((await harness.view("w")).context["step1"]).toMatchObject([{ attempt: 2 }]);
  });

  test("counts a claim that was made though the message comes for the first time", async () => {
    const harness = await started();
    await harness.poll();
    const key = { workflowId: "w", version: 1, purgeAt: 0 };
    await harness.store.claim(key, { token: "died", now: 0, expiresAt: 1 });
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "completed", context: { step1: [{ attempt: 2 }] } });
  });

  test("that comes again when its step is done runs nothing, and the workflow goes on (I2, I13)", async () => {
    const harness = await started();
    await harness.poll();
    const late = harness.queue.messages[0]?.body ?? "";
    await harness.poll();
    await harness.dispatch([late]);
    await harness.drain();
    expect(runs).toEqual(["w#0", "w#1", "w#2", "w#3"]);
    await harness.dispatch([late]);
    expect(runs).toHaveLength(4);
  });

  test("runs nothing of a workflow that was deleted since", async () => {
    const harness = await started();
    await harness.poll();
    const late = harness.queue.messages[0]?.body ?? "";
    await harness.drain();
    expect(await harness.execute({ type: "erase", workflowId: "w" })).toMatchObject({ type: "erased" });
    const before = await harness.store.load("w");
    const [result] = await harness.dispatch([late]);
    expect(result).toMatchObject({ status: "fulfilled" });
    expect(runs).toHaveLength(4);
    expect(await harness.store.load("w")).toEqual(before);
  });

  test("is not believed past its workflow's retention", async () => {
    const harness = await started({ retentionMs: 1000 });
    await harness.poll();
    const late = harness.queue.messages[0]?.body ?? "";
    harness.clock.advance(31 * 24 * 3600 * 1000);
    const claim = vi.spyOn(harness.store, "claim");
    await harness.dispatch([late]);
    expect(claim).not.toHaveBeenCalled();
    expect(runs).toEqual(["w#0"]);
  });

  test("is set aside for good when its signature is none, and is not tried again", async () => {
    const harness = await started();
    await harness.poll();
    const { carried } = messageOf(harness);
    const mac = `${carried.mac.slice(0, 40)}===`;
    const forged = body({ type: "step", workflowId: "w", version: 1, carried: { ...carried, mac } });
    expect(await harness.dispatch([forged])).toMatchObject([{ status: "fulfilled" }]);
    expect(harness.queue.deadLetters).toHaveLength(1);
  });

  test("is read when the keys cannot be had, since it is no more than a hint", async () => {
    const harness = await started();
    await harness.poll();
    harness.keys.get = () => {
      throw new Error("Secrets Manager is away");
    };
    await harness.poll();
    expect(await harness.view("w")).toMatchObject({ version: 2 });
  });

  test("goes without what cannot be signed, and says so", async () => {
    const harness = await started();
    harness.currentKey = "gone";
    await harness.poll();
    expect(messageOf(harness)).not.toHaveProperty("carried");
    expect(harness.lines).toContainEqual(
      expect.objectContaining({ level: "warn", message: expect.stringContaining("signed") }),
    );
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "completed" });
  });
});
