import { describe, expect, test } from "vitest";
import { createDispatcher, type DispatcherDependencies } from "../../src/dispatcher/index.ts";
import { replaceMethods } from "../../src/platforms/memory/index.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";
import { type CrashOptions, crashEverywhere, type FakeCall, fakeNode, runWorkflow } from "../../src/testing/index.ts";
import { answers, charging, nodeDefinitions, order, single } from "./workflows.ts";

const byStepKey = charging(({ step }) => ({ key: step.stepKey }));

/** What fails, as the kit says it. */
async function failureOf(options: CrashOptions): Promise<string> {
  const failure: unknown = await crashEverywhere(order, options).then(
    () => "nothing was caught",
    (error: unknown) => error,
  );
  return failure instanceof Error ? failure.message : String(failure);
}

describe("crashEverywhere", { timeout: 60_000 }, () => {
  test.each([true, false])("a workflow that keeps its promises passes at every point, sweeper: %s", async (sweeper) => {
    const { crashPoints, run } = await crashEverywhere(order, { ...byStepKey, sweeper });
    expect(run).toMatchObject({ status: "completed", crashes: 0, effects: [{ name: "charge", calls: 1 }] });
    expect(crashPoints).toBeGreaterThan(60);
  });

  test("failed attempts, waits and pauses that nobody answers are compared as well", async () => {
    const busy = new Error("busy");
    await crashEverywhere(order, { ...byStepKey, failures: { charge: [busy] } });
    await crashEverywhere(order, { nodeDefinitions, answers, failures: { reserve: [busy] } });
    await crashEverywhere(order, { nodeDefinitions });
    await crashEverywhere(single("wait", { durationMs: 86_400_000 }));
  });

  test("a large result is there again, whenever its bucket was not reached", async () => {
    const text = "x".repeat(20_000);
    const large = { ...byStepKey, fakes: { ...byStepKey.fakes, reserve: fakeNode({ data: { text } }) } };
    const { run } = await crashEverywhere(order, large);
    expect(run.outputs["reserve"]).toEqual({ text });
    const died = await runWorkflow(order, { ...large, crashAt: "blobs.write 1 before" });
    expect(died).toMatchObject({ crashes: 1, outputs: { reserve: { text } } });
  });

  test("what differs is shown shortened", async () => {
    const large = fakeNode((_data, { step }) => ({ data: `${step.attempt}${"x".repeat(20_000)}` }));
    const message = await failureOf({ ...byStepKey, fakes: { ...byStepKey.fakes, reserve: large } });
    expect(message).toContain("… (20005 characters), and without a crash");
    expect(message.length).toBeLessThan(2_000);
  });

  test("a node that charges under the key of its attempt is caught, with the place and how to repeat it", async () => {
    const message = await failureOf(charging(({ step }) => ({ key: step.attemptKey })));
    expect(message).toContain("The process died after call 1 of node charge (order-1, version 4, charge):");
    expect(message).toContain(
      'the effect "charge" of order-1#charge#0 happened 2 times (order-1#4#1, order-1#4#2), promised: exactly once',
    );
    expect(message).toContain('Repeat it with { crashAt: "node charge 1 after" }.');
  });

  test("that place alone can be repeated", async () => {
    const options = charging(({ step }) => ({ key: step.attemptKey }));
    expect(await failureOf({ ...options, crashAt: "effect charge 1 after" })).toContain("effect charge");
    const before = await crashEverywhere(order, { ...options, crashAt: "effect charge 1 before" });
    expect(before.crashPoints).toBe(1);
    expect(await failureOf({ ...options, crashAt: "effect charge 9 before" })).toContain("never comes to");
  });

  test("a node that charges without a key is caught when once is promised, and may repeat itself else", async () => {
    const withoutKey = () => ({});
    expect(await failureOf(charging(withoutKey, { charge: "exactly-once" }))).toContain(
      "(no key, no key), promised: exactly once",
    );
    await crashEverywhere(order, charging(withoutKey));
  });

  test("an effect that happens more often than a crash explains is caught", async () => {
    const charge = async (_data: unknown, { effects, step }: FakeCall) => {
      const times = step.attempt === 1 ? 1 : 3;
      for (let count = 0; count < times; count += 1) await effects.record("mail");
      return { data: { paid: 1 } };
    };
    expect(await failureOf({ nodeDefinitions, answers, fakes: { charge } })).toContain("promised: 1 to 2 times");
  });

  test("a node whose result depends on its attempt is caught: the context is another one", async () => {
    expect(await failureOf({ nodeDefinitions, answers })).toContain(
      '- the results of charge in order-1 are [{"paid":2}], and without a crash [{"paid":1}]',
    );
  });

  test("a world that remembers earlier runs is caught", async () => {
    let runs = 0;
    const charge = async () => {
      runs += 1;
      if (runs === 1) throw new Error("busy");
      return { data: { paid: 1 } };
    };
    expect(await failureOf({ nodeDefinitions, answers, fakes: { charge } })).toContain("remember earlier runs");
  });
});

describe("a dispatcher that breaks the protocol is caught", { timeout: 60_000 }, () => {
  /** Takes the commits of steps for done, and makes them only after the next send. */
  const sendsBeforeCommit = (dependencies: DispatcherDependencies) => {
    const owed: (() => Promise<unknown>)[] = [];
    const store = replaceMethods<WorkflowStore>(dependencies.store, {
      commit: async (key, commit) => {
        if (commit.owner === "anyone") return dependencies.store.commit(key, commit);
        owed.push(() => dependencies.store.commit(key, commit));
        return { type: "committed" };
      },
      // The head of an end comes after its commit.
      writeHead: async (head) => {
        await payOff();
        return dependencies.store.writeHead(head);
      },
    });
    const queue = replaceMethods<StepQueue>(dependencies.queue, {
      send: async (messages) => {
        const answer = await dependencies.queue.send(messages);
        await payOff();
        return answer;
      },
    });
    async function payOff() {
      for (const commit of owed.splice(0)) await commit();
    }
    return createDispatcher({ ...dependencies, store, queue });
  };

  test.each([true, false])("that sends before it commits, sweeper: %s", async (sweeper) => {
    const message = await failureOf({ ...byStepKey, sweeper, createDispatcher: sendsBeforeCommit });
    expect(message).toMatch(/died (?:after call \d+ of queue\.send|before call \d+ of store\.commit)/);
    // What the message carries lets the next step be claimed, so that the one before is missing for good.
    expect(message).toMatch(/the dead letters are|have a gap/);
  });

  /** Acknowledges everything, whatever became of it. */
  const acknowledgesAlways = (dependencies: DispatcherDependencies) => {
    const dispatcher = createDispatcher(dependencies);
    return {
      ...dispatcher,
      dispatchBatch: async (...given: Parameters<typeof dispatcher.dispatchBatch>) => {
        const results = await dispatcher.dispatchBatch(...given);
        return results.map(() => ({ status: "fulfilled", value: undefined }) as const);
      },
    };
  };

  test("that acknowledges what has to come again", async () => {
    const message = await failureOf({ ...byStepKey, sweeper: false, createDispatcher: acknowledgesAlways });
    expect(message).toContain('order-1 is "active", and without a crash "completed"');
  });
});
