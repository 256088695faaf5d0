import { describe, expect, test, vi } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { DispatcherSettings } from "../../src/dispatcher/index.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import type { BlobStore } from "../../src/ports/blob-store.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";
import type { CommitRequest, WorkflowStore } from "../../src/ports/workflow-store.ts";
import { Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";

/** Continuing in one invocation (DESIGN 4). */

/** A line of nodes, each of the type that it is called after, up to a digit. */
function lineOf(...ids: readonly string[]): WorkflowDefinition {
  const nodes = ids.map((id) => ({ id, type: id.replace(/\d+$/, ""), data: {} }));
  const edges = ids.slice(1).map((target, at) => ({ id: `e${at}`, source: String(ids[at]), target }));
  return { id: "line", nodes, edges };
}

const ranBy: NodesDefinition = {
  step: { executor: async (_data, _context, _payload, _globals, step) => ({ data: step?.attemptKey }) },
  waits: {
    executor: async (_data, _context, payload) =>
      (payload ?? null) === null ? { data: {}, __pause: true } : { data: payload },
  },
  fails: {
    executor: () => Promise.reject(new Error("it fails")),
    retryPolicy: { maxAttempts: 2, interval: 1000, backoff: "fixed" },
  },
};

const tenSteps = Array.from({ length: 10 }, (_, at) => `step${at}`);

async function started(
  ids: readonly string[] = tenSteps,
  { nodes = {}, ...settings }: Partial<DispatcherSettings> & { readonly nodes?: NodesDefinition } = {},
): Promise<Harness> {
  const harness = new Harness({
    workflows: [lineOf(...ids)],
    nodes: { ...ranBy, ...nodes },
    settings: { stepsPerInvocation: 10, ...settings },
  });
  await harness.start("w", "line");
  return harness;
}

/** A process that ends (every call fails) as soon as a version is committed, or before it is. */
function dying(harness: Harness, version: number, when: "before" | "after") {
  let isDead = false;
  const mortal = <TPort extends object>(port: TPort, methods: Partial<TPort>) => replaceMethods<TPort>(port, methods);
  const dead = () => Promise.reject(new Error("the process is dead"));
  const store = mortal<WorkflowStore>(harness.store, {
    commit: async (key, request) => {
      if (isDead || (key.version === version && when === "before")) {
        isDead = true;
        return dead();
      }
      const result = await harness.store.commit(key, request);
      isDead = key.version === version;
      return result;
    },
    writeHead: (head) => (isDead ? dead() : harness.store.writeHead(head)),
    release: (...given) => (isDead ? dead() : harness.store.release(...given)),
  });
  const queue = mortal<StepQueue>(harness.queue, {
    send: (messages) => (isDead ? dead() : harness.queue.send(messages)),
    hide: (...given) => (isDead ? dead() : harness.queue.hide(...given)),
  });
  return harness.dispatcher({ store, queue });
}

async function versionsOf(harness: Harness) {
  return (await harness.store.load("w"))?.versions ?? [];
}

describe("continuing in one invocation", () => {
  test("runs up to so many steps of a workflow by one message, the first with a claim and all others without", async () => {
    const harness = await started([...tenSteps, "step10", "step11"]);
    const claim = vi.spyOn(harness.store, "claim");
    const commit = vi.spyOn(harness.store, "commit");
    await harness.poll();
    expect(claim).toHaveBeenCalledOnce();
    expect(commit).toHaveBeenCalledTimes(10);
    expect(harness.queue.messages.map(({ body }) => JSON.parse(body))).toMatchObject([{ type: "step", version: 10 }]);
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 12 });
  });

  test("is off by default", async () => {
    const harness = new Harness({ workflows: [lineOf(...tenSteps)], nodes: ranBy });
    await harness.start("w", "line");
    await harness.poll();
    expect(await harness.view("w")).toMatchObject({ version: 1 });
    const [stored] = await versionsOf(harness);
    expect(stored).not.toHaveProperty("continuation");
  });

  test("says on each version until when it holds the next one, and by which message, and on the last that it stopped", async () => {
    const harness = await started(["step0", "step1", "step2"]);
    const until = harness.invocation().deadlineAt + 2000;
    await harness.poll();
    const said = (await versionsOf(harness)).map(({ continuation }) => continuation);
    expect(said).toEqual([{ from: 0, until }, { from: 0, until }, { from: 0 }]);
  });

  test.each([
    { ids: ["step0", "waits", "step1"], status: "paused", version: 2 },
    { ids: ["step0", "fails", "step1"], status: "error", version: 2 },
  ])("stops where a workflow is $status", async ({ ids, status, version }) => {
    const harness = await started(ids);
    await harness.poll();
    expect(await harness.view("w")).toMatchObject({ status, version });
  });

  test("goes on after a resume, and writes the head once", async () => {
    const harness = await started(["waits", "step0", "step1", "step2"]);
    await harness.drain();
    await harness.resume("w", { payload: 1 });
    const writeHead = vi.spyOn(harness.store, "writeHead");
    await harness.poll();
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 6 });
    // By the resume's own write the head is active; the end is one more.
    expect(writeHead).toHaveBeenCalledOnce();
  });

  test("stops when a node would have less time than one that was claimed before gets", async () => {
    const slow: NodesDefinition = {
      slow: {
        executor: async () => {
          harness.clock.advance(20_000);
          return { data: null };
        },
      },
    };
    const harness = await started(["slow0", "slow1", "slow2"], { nodes: slow });
    await harness.poll();
    expect(await harness.view("w")).toMatchObject({ version: 2 });
    expect(harness.queue.messages).toHaveLength(1);
  });

  test("stops before a node whose type this deployment lacks", async () => {
    const harness = await started(["step0", "gone"], { nodes: { gone: ranBy["step"] ?? { executor: vi.fn() } } });
    const later = new Harness({ workflows: [], nodes: ranBy, settings: { stepsPerInvocation: 10 } });
    Object.assign(later, { store: harness.store, queue: harness.queue, clock: harness.clock });
    await later.poll();
    expect(await harness.view("w")).toMatchObject({ version: 1 });
    expect(harness.queue.messages.map(({ body }) => JSON.parse(body))).toMatchObject([{ type: "step", version: 1 }]);
  });

  test("holds the next version against everyone, and a second delivery of its message is not acknowledged", async () => {
    const outcomes: unknown[] = [];
    const nosy: NodesDefinition = {
      nosy: {
        executor: async () => {
          outcomes.push(await harness.step("w", 1), await harness.step("w", 0));
          return { data: null };
        },
      },
    };
    const harness = await started(["step0", "nosy"], { nodes: nosy });
    const until = harness.invocation().deadlineAt + 2000;
    await harness.poll();
    expect(outcomes).toMatchObject([
      { type: "later", until },
      { type: "later", until },
    ]);
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 2 });
  });

  test("that ends in the middle is gone on with by its own message, and the attempt is counted (I4, I7)", async () => {
    const harness = await started(["step0", "step1", "step2", "step3"]);
    await harness.poll(dying(harness, 2, "before"));
    expect(await versionsOf(harness)).toHaveLength(2);
    await harness.run();
    const { status, context } = await harness.view("w");
    expect({ status, step2: context["step2"], step3: context["step3"] }).toMatchObject({
      status: "completed",
      step2: [{ output: "w#2#2", attempt: 2 }],
      step3: [{ output: "w#3#1", attempt: 1 }],
    });
  });

  test("that ends between its last commit and what follows is followed by its own message (I4)", async () => {
    const harness = await started(["step0", "step1", "step2", "step3"], { stepsPerInvocation: 3 });
    await harness.poll(dying(harness, 2, "after"));
    expect(await versionsOf(harness)).toHaveLength(3);
    await harness.run();
    expect(await harness.view("w")).toMatchObject({ status: "completed", version: 4 });
  });

  test("a step that ends its process each time fails its workflow after the same attempts, and the others are kept", async () => {
    const harness = await started(["step0", "step1", "step2"]);
    for (let polls = 0; polls < 4; polls += 1) {
      await harness.poll(dying(harness, 1, "before"));
      harness.clock.advance(6 * 60_000);
    }
    await harness.run();
    expect(await harness.view("w")).toMatchObject({ status: "failed", version: 2 });
    const [, killer] = await versionsOf(harness);
    expect(killer?.claim?.count).toBe(4);
  });

  test("is stopped by a cancel, and its running step's result is dropped", async () => {
    const cancelling: NodesDefinition = {
      cancels: {
        executor: async () => {
          await harness.cancel("w");
          return { data: "dropped" };
        },
      },
    };
    const harness = await started(["step0", "cancels", "step1"], { nodes: cancelling });
    await harness.drain();
    const { status, version, context } = await harness.view("w");
    expect({ status, version, ran: Object.keys(context) }).toEqual({ status: "failed", version: 2, ran: ["step0"] });
  });

  test("keeps a cancelled workflow from being deleted while its step may still run", async () => {
    const harness = await started(["step0", "step1"]);
    await harness.poll(dying(harness, 1, "before"));
    await harness.cancel("w");
    expect(await harness.execute({ type: "erase", workflowId: "w" })).toMatchObject({
      type: "refused",
      code: "conflict",
    });
    harness.clock.advance(62_001);
    expect(await harness.execute({ type: "erase", workflowId: "w" })).toMatchObject({ type: "erased" });
  });

  test.each([1, 10])(
    "shows its nodes the past as it is stored, with %i steps a message",
    async (stepsPerInvocation) => {
      const shared = { at: new Date(0), none: undefined, list: [2, 1] };
      const seen: unknown[] = [];
      const nodes: NodesDefinition = {
        gives: { executor: async () => ({ data: shared }) },
        sees: {
          executor: async (_data, context) => {
            const [result] = context["gives0"] ?? [];
            seen.push(result?.output, Object.isFrozen(result?.output), Object.isFrozen(context["gives0"]));
            return { data: null };
          },
        },
      };
      const harness = await started(["gives0", "sees1", "sees2"], { nodes, stepsPerInvocation });
      await harness.run();
      const stored = { at: "1970-01-01T00:00:00.000Z", list: [2, 1] };
      expect(seen).toStrictEqual([stored, true, true, stored, true, true]);
      // What a node keeps for itself is its own.
      expect(Object.isFrozen(shared.list)).toBe(false);
    },
  );

  test("commits nothing once its hold is over, whoever has the version then", async () => {
    const frozen: NodesDefinition = {
      frozen: {
        executor: async () => {
          harness.clock.advance(100_000);
          return { data: null };
        },
      },
    };
    const harness = await started(["step0", "frozen"], { nodes: frozen });
    const commits: CommitRequest[] = [];
    const store = replaceMethods<WorkflowStore>(harness.store, {
      commit: (key, request) => {
        commits.push(request);
        return harness.store.commit(key, request);
      },
    });
    await harness.poll(harness.dispatcher({ store }));
    expect(commits).toHaveLength(1);
    expect(await versionsOf(harness)).toHaveLength(1);
  });

  test("hands a version on at once that it cannot begin, and no attempt is counted", async () => {
    let isDown = false;
    const bulky: NodesDefinition = {
      bulky: { executor: async () => ({ data: "b".repeat(20_000) }) },
      breaks: {
        executor: async () => {
          isDown = true;
          return { data: null };
        },
      },
    };
    const ids = ["bulky", "waits", "breaks", "step0"];
    const harness = await started(ids, { nodes: bulky, valueCacheBytes: 1 });
    await harness.drain();
    await harness.resume("w", { payload: 1 });
    const blobs = replaceMethods<BlobStore>(harness.blobs, {
      read: (...given) => (isDown ? Promise.reject(new Error("S3 is down")) : harness.blobs.read(...given)),
    });
    await harness.poll(harness.dispatcher({ blobs }));
    const sent = harness.queue.messages.map(({ body }) => JSON.parse(body));
    expect(sent).toMatchObject([{ type: "step", version: 5, released: true }]);
    await harness.drain();
    expect((await harness.view("w")).context["step0"]).toMatchObject([{ output: "w#5#1", attempt: 1 }]);
  });
});
