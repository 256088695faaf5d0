import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { Harness } from "./harness.ts";

const child: WorkflowDefinition = { id: "child", nodes: [{ id: "work", type: "work", data: {} }], edges: [] };

interface FanOutData {
  readonly inputs: readonly unknown[];
  readonly definitionId?: string;
  readonly maxConcurrency: number;
  readonly toleratedFailures: number;
}

const waiting: WorkflowDefinition = { id: "waiting", nodes: [{ id: "wait", type: "wait", data: {} }], edges: [] };
const either: WorkflowDefinition = { id: "either", nodes: [{ id: "either", type: "either", data: {} }], edges: [] };

const parentOf = (data: FanOutData, extra: Partial<WorkflowDefinition> = {}): WorkflowDefinition => ({
  id: "parent",
  nodes: [
    { id: "fan-out", type: "fan-out", data },
    { id: "after", type: "after", data: {} },
  ],
  edges: [{ id: "e", source: "fan-out", target: "after" }],
  ...extra,
});

/** What the children do, by their input; how often each ran. */
class Children {
  readonly runs = new Map<unknown, number>();
  forgives = false;
  readonly nodes: NodesDefinition = {
    "fan-out": {
      async executor(data, _context, _payload, _globals, step) {
        const { inputs, definitionId = "child", maxConcurrency, toleratedFailures } = data as FanOutData;
        if (step?.joined === undefined) {
          const starts = inputs.map((input) => ({ definitionId, input }));
          return {
            data: { waiting: starts.length },
            __pause: true,
            children: { starts, maxConcurrency, toleratedFailures },
          };
        }
        const { joined } = step;
        if (joined.isEarly) throw new Error(`too many children failed: ${joined.failed}`);
        return { data: { failed: joined.failed, ...(await step.collectChildren?.()) } };
      },
    },
    after: { executor: async () => ({ data: "done" }) },
    work: {
      executor: async (_data, _context, _payload, _globals, step) => {
        const input = step?.input;
        this.runs.set(input, (this.runs.get(input) ?? 0) + 1);
        if (typeof input === "number" && input < 0 && !this.forgives) throw new Error(`child ${input} fails`);
        return { data: { got: input } };
      },
    },
    wait: {
      executor: async (_data, _context, payload, _globals, step) =>
        step?.version === 0 || payload === undefined ? { data: {}, __pause: true } : { data: payload },
    },
    either: {
      executor: async (_data, _context, _payload, _globals, step) => {
        if (step?.input === -1) throw new Error("child -1 fails");
        return { data: {}, __pause: true };
      },
    },
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

interface FanOutOutput {
  readonly failed: number;
  readonly results: readonly {
    readonly index: number;
    readonly workflowId: string;
    readonly status: string;
    readonly output?: unknown;
    readonly error?: string;
  }[];
}

const fanOut = (data: Partial<FanOutData>, children = new Children(), more: readonly WorkflowDefinition[] = []) => {
  const whole = { inputs: [1, 2, 3], maxConcurrency: 2, toleratedFailures: 0, ...data };
  const harness = new Harness({ workflows: [parentOf(whole), child, waiting, ...more], nodes: children.nodes });
  return { harness, children };
};
const outputOf = async (harness: Harness) =>
  (await harness.view("p")).context["fan-out"]?.at(-1)?.output as FanOutOutput;

describe("child workflows", () => {
  test.each([
    [1, 1],
    [5, 2],
    [10, 40],
    [33, 32],
    [100, 33],
    [257, 65],
  ])("%i children under a concurrency of %i: each runs once, and the results are in order", async (count, most) => {
    const { harness, children } = fanOut({ inputs: range(count), maxConcurrency: most });
    await harness.start("p", "parent");
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed", currentNodeId: null });
    expect([...children.runs.entries()].sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      range(count).map((input) => [input, 1]),
    );
    const { failed, results } = await outputOf(harness);
    expect(failed).toBe(0);
    expect(results.map(({ index, output }) => [index, output])).toEqual(
      range(count).map((index) => [index, { got: index }]),
    );
    expect(harness.queue.deadLetters).toEqual([]);
  });

  test("never more run at the same time than was said", async () => {
    const { harness } = fanOut({ inputs: range(30), maxConcurrency: 4, definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    const isPaused = async (index: number) =>
      (await harness.dispatcher().execute({ type: "get", workflowId: `p.1.${index}` }, harness.invocation())).type ===
      "snapshot";
    const started = await Promise.all(range(30).map(isPaused));
    expect(started.filter(Boolean)).toHaveLength(4);
    await harness.resume("p.1.2", {});
    await harness.drain();
    expect(await isPaused(6)).toBe(true);
    expect(await isPaused(5)).toBe(false);
  });

  test("the waiting parent shows how many it waits for, not what they are started with", async () => {
    const { harness } = fanOut({ inputs: range(3), definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    const { pause } = await harness.view("p");
    expect(pause).toEqual({
      nodeId: "fan-out",
      data: { waiting: 3 },
      children: { count: 3, lanes: 2, toleratedFailures: 0 },
    });
    expect((await harness.view("p.1.1")).parent).toEqual({ workflowId: "p", version: 1, index: 1 });
  });

  test("a large number of starts does not make the pause's item grow", async () => {
    const inputs = range(20_000).map((index) => ({ index, text: "x".repeat(20) }));
    const { harness } = fanOut({ inputs, maxConcurrency: 1, definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    const item = (await harness.store.load("p"))?.versions[0]?.transition ?? "";
    expect(item.length).toBeLessThan(9_000);
    expect((await harness.view("p.1.0")).input).toEqual(inputs[0]);
  });

  test("a child's large output is read into its result", async () => {
    const large = "y".repeat(20_000);
    const { harness } = fanOut({ inputs: [large, "small"] });
    await harness.start("p", "parent");
    await harness.run();
    expect((await outputOf(harness)).results.map(({ output }) => output)).toEqual([{ got: large }, { got: "small" }]);
  });

  test("of a parent whose id leaves no room the children have an id all the same", async () => {
    const { harness } = fanOut({});
    const workflowId = "p".repeat(128);
    await harness.start(workflowId, "parent");
    await harness.run();
    expect(await harness.view(workflowId)).toMatchObject({ status: "completed" });
  });
});

describe("children of children", () => {
  test("that start themselves again and again end where too many workflows would wait above them", async () => {
    const self: WorkflowDefinition = {
      ...parentOf({ inputs: [1], definitionId: "self", maxConcurrency: 1, toleratedFailures: 0 }),
      id: "self",
    };
    const harness = new Harness({ workflows: [self], nodes: new Children().nodes });
    await harness.start("p", "self");
    await harness.run();
    const ids = Array.from({ length: 17 }, (_, depth) => `p${".1.0".repeat(depth)}`);
    for (const id of ids) expect(await harness.view(id)).toMatchObject({ status: "failed" });
    expect((await harness.view(ids[16] ?? "")).metadata["failedReason"]).toContain(
      "At most 16 workflows may wait above a child",
    );
    expect(await harness.store.load(`${ids[16]}.1.0`)).toBeUndefined();
  });
});

describe("children that fail", () => {
  test("within what is tolerated have their errors among the results", async () => {
    const { harness } = fanOut({ inputs: [0, -1, 2, -3, 4], toleratedFailures: 2 });
    await harness.start("p", "parent");
    await harness.run();
    const { failed, results } = await outputOf(harness);
    expect(failed).toBe(2);
    expect(results.map(({ status }) => status)).toEqual(["completed", "failed", "completed", "failed", "completed"]);
    expect(results[1]?.error).toContain("child -1 fails");
  });

  test.each([0, 3, 9])(
    "beyond %i tolerated end the pause early, and no further child is started",
    async (tolerated) => {
      const inputs = range(200).map((index) => -index - 1);
      const { harness, children } = fanOut({ inputs, maxConcurrency: 5, toleratedFailures: tolerated });
      await harness.start("p", "parent");
      await harness.run();
      const { status, metadata } = await harness.view("p");
      expect([status, metadata["failedReason"]]).toEqual([
        "failed",
        expect.stringContaining("too many children failed"),
      ]);
      expect(children.runs.size).toBeGreaterThan(tolerated);
      expect(children.runs.size).toBeLessThanOrEqual(tolerated + 10);
    },
  );

  test("early cancel those that run", async () => {
    const children = new Children();
    const { harness } = fanOut(
      { inputs: ["waits", -1, "waits too"], maxConcurrency: 3, definitionId: "either" },
      children,
      [either],
    );
    await harness.start("p", "parent");
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "failed" });
    for (const index of [0, 2]) {
      const { status, metadata } = await harness.view(`p.1.${index}`);
      expect([status, metadata["failedReason"]]).toEqual(["failed", "Cancelled"]);
    }
  });

  test("because their definition is unknown, or their id is taken, fail for their parent alone", async () => {
    const { harness } = fanOut({
      inputs: range(60),
      definitionId: "nowhere",
      maxConcurrency: 2,
      toleratedFailures: 60,
    });
    await harness.start("p", "parent");
    await harness.run();
    const { failed, results } = await outputOf(harness);
    expect(failed).toBe(60);
    expect(results[59]?.error).toContain("There is no definition nowhere");

    const other = fanOut({ toleratedFailures: 1 });
    await other.harness.start("p.1.0", "waiting");
    await other.harness.start("p", "parent");
    await other.harness.run();
    expect((await outputOf(other.harness)).results.map(({ status }) => status)).toEqual([
      "failed",
      "completed",
      "completed",
    ]);
  });

  test("and are let go on by somebody have failed for their parent", async () => {
    const children = new Children();
    const { harness } = fanOut({ inputs: [-1, 1], toleratedFailures: 1, maxConcurrency: 1 }, children);
    await harness.start("p", "parent");
    await harness.run();
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "p.1.0" });
    await harness.run();
    expect((await outputOf(harness)).results.map(({ status }) => status)).toEqual(["failed", "completed"]);
    expect(harness.queue.deadLetters).toEqual([]);
  });

  test("a retry of their parent starts them anew", async () => {
    const children = new Children();
    const { harness } = fanOut({ inputs: [1, -2], toleratedFailures: 0, maxConcurrency: 1 }, children);
    await harness.start("p", "parent");
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "failed", version: 3 });
    children.forgives = true;
    await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "p" });
    await harness.run();
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
    expect(children.runs.get(1)).toBe(2);
  });
});

describe("a parent that does not wait any more", () => {
  test("because it was cancelled has its children cancelled, however many run", async () => {
    const { harness } = fanOut({ inputs: range(50), maxConcurrency: 45, definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    await harness.cancel("p");
    await harness.run();
    for (const index of range(45)) {
      expect(await harness.view(`p.1.${index}`)).toMatchObject({ status: "failed" });
    }
    expect(await harness.store.load("p.1.45")).toBeUndefined();
  });

  test("and whose message to its children was lost is helped by the sweeper, which then forgets it", async () => {
    const { harness } = fanOut({ inputs: range(4), maxConcurrency: 4, definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    await harness.cancel("p");
    harness.queue.purge();
    harness.clock.advance(300_000);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.run();
    for (const index of range(4)) expect(await harness.view(`p.1.${index}`)).toMatchObject({ status: "failed" });
    for (let hours = 0; hours < 6; hours += 1) {
      harness.clock.advance(3_600_000);
      await harness.dispatcher().sweep(harness.invocation());
    }
    expect((await harness.store.load("p"))?.head).not.toHaveProperty("checkAt");
  });

  test("cancels nothing that is not its child, whatever its id", async () => {
    const { harness } = fanOut({ inputs: range(2), definitionId: "waiting", toleratedFailures: 1 });
    await harness.start("p.1.0", "waiting");
    await harness.start("p", "parent");
    await harness.drain();
    await harness.cancel("p");
    await harness.run();
    expect(await harness.view("p.1.0")).toMatchObject({ status: "paused" });
    expect(await harness.view("p.1.1")).toMatchObject({ status: "failed" });
  });

  test("cannot be resumed by a person while it waits for children", async () => {
    const { harness } = fanOut({ definitionId: "waiting" });
    await harness.start("p", "parent");
    await harness.drain();
    expect(await harness.resume("p", {})).toMatchObject({ type: "refused", code: "conflict" });
  });
});

describe("messages about children", () => {
  test("that are delivered again and again change nothing", async () => {
    const { harness, children } = fanOut({ inputs: range(7), maxConcurrency: 3 });
    const dispatched: string[] = [];
    await harness.start("p", "parent");
    for (;;) {
      dispatched.push(...harness.queue.messages.map(({ body }) => body));
      if ((await harness.poll()) === 0) break;
    }
    await harness.dispatch(dispatched);
    await harness.dispatch(dispatched.toReversed());
    await harness.run();
    expect([...children.runs.values()]).toEqual(range(7).map(() => 1));
    expect(await harness.view("p")).toMatchObject({ status: "completed", version: 4 });
  });

  test("that were all lost are made up for by the sweeper", async () => {
    const { harness, children } = fanOut({ inputs: range(6), maxConcurrency: 2 });
    await harness.start("p", "parent");
    for (let rounds = 0; rounds < 200 && (await harness.view("p")).status !== "completed"; rounds += 1) {
      await harness.poll();
      harness.queue.purge();
      harness.clock.advance(300_000);
      await harness.dispatcher().sweep(harness.invocation());
    }
    expect(await harness.view("p")).toMatchObject({ status: "completed" });
    expect([...children.runs.values()]).toEqual(range(6).map(() => 1));
  });

  test("about a workflow that has no children, or is not there, are acknowledged", async () => {
    const { harness } = fanOut({});
    await harness.start("w", "child");
    await harness.run();
    const results = await harness.dispatch([
      '{"type":"child-ended","workflowId":"w","version":1,"index":0}',
      '{"type":"child-ended","workflowId":"nobody","version":1,"index":0}',
      '{"type":"children","workflowId":"w","version":0,"first":0,"count":9}',
      '{"type":"child-ended","workflowId":"w","version":1,"index":99999}',
    ]);
    expect(results.map(({ status }) => status)).toEqual(range(4).map(() => "fulfilled"));
  });

  test("about a child that another workflow has started are no news of that child", async () => {
    const { harness } = fanOut({ inputs: range(2), maxConcurrency: 1, definitionId: "waiting" });
    await harness.start("p.1.1", "child");
    await harness.start("p", "parent");
    await harness.run();
    await harness.dispatch(['{"type":"child-ended","workflowId":"p","version":1,"index":1}']);
    expect(await harness.children.lastResult({ workflowId: "p", version: 1 }, 0)).toBeUndefined();
  });
});

describe("a deleted parent", () => {
  test("leaves nothing of what its children resulted in", async () => {
    const { harness } = fanOut({ inputs: range(3) });
    await harness.start("p", "parent");
    await harness.run();
    expect(await harness.children.lastResult({ workflowId: "p", version: 1 }, 0)).toBeDefined();
    expect(await harness.execute({ type: "erase", workflowId: "p" })).toMatchObject({ type: "erased" });
    for (const lane of [0, 1]) {
      expect(await harness.children.lastResult({ workflowId: "p", version: 1 }, lane)).toBeUndefined();
    }
  });
});
