import { describe, expect, test } from "vitest";
import { answerAfter, cancel, fakeNode, runWorkflow } from "../../src/testing/index.ts";
import { nodeDefinitions, order, single } from "./workflows.ts";

const dayMs = 86_400_000;
const answers = { ask: { approved: true } };

describe("runWorkflow", () => {
  test("runs a definition to its end and tells its path, outputs and status as plain data", async () => {
    const run = await runWorkflow(order, { nodeDefinitions, answers, input: { id: 1 } });
    expect(run).toMatchObject({
      status: "completed",
      workflowId: "order-1",
      elapsedMs: 0,
      errors: [],
      deadLetters: [],
    });
    expect(run.path).toEqual([
      { nodeId: "reserve", attempts: 1 },
      { nodeId: "ask", attempts: 1, handle: "approved" },
      { nodeId: "charge", attempts: 1 },
    ]);
    expect(run.outputs).toEqual({ reserve: { reserved: true }, ask: { approved: true }, charge: { paid: 1 } });
    expect(structuredClone(run)).toEqual(run);
  });

  test("two runs of the same are the same", async () => {
    const options = { nodeDefinitions, answers, failures: { charge: [new Error("busy")] } };
    expect(await runWorkflow(order, options)).toEqual(await runWorkflow(order, options));
  });

  test("refuses a definition that is none, one that has an unknown type, and a start without a right input", async () => {
    await expect(runWorkflow({ id: "x" })).rejects.toThrow("definition.nodes");
    await expect(runWorkflow(single("nobody"))).rejects.toThrow("Node definition not found for type: nobody");
    const others = { nodeDefinitions, definitions: [order, { id: "other" }] };
    await expect(runWorkflow(single("reserve"), others)).rejects.toThrow("definitions[1].nodes");
    await expect(runWorkflow(order, { ...others, definitions: [order] })).rejects.toThrow("have the id order");
    const tagged = { ...single("reserve"), tags: { order: "id" } };
    const start = runWorkflow(tagged, { nodeDefinitions, input: { id: {} } });
    await expect(start).rejects.toThrow("The start is refused");
  });
});

describe("a fake", () => {
  test("stands in for all nodes of a type, or for one node, which goes first", async () => {
    const twice = {
      id: "twice",
      nodes: [
        { id: "a", type: "charge" },
        { id: "b", type: "charge" },
        { id: "c", type: "charge" },
      ],
      edges: [
        { id: "ab", source: "a", target: "b" },
        { id: "bc", source: "b", target: "c" },
      ],
    };
    const fakes = {
      charge: fakeNode({ data: { paid: 10 } }),
      b: async () => ({ data: { paid: 20 } }),
      "twice/c": fakeNode({ data: { paid: 30 } }),
    };
    const { outputs } = await runWorkflow(twice, { nodeDefinitions, fakes });
    expect(outputs).toEqual({ a: { paid: 10 }, b: { paid: 20 }, c: { paid: 30 } });
  });

  test("needs no node type behind it", async () => {
    const { outputs } = await runWorkflow(single("not-written-yet"), { fakes: { only: fakeNode({ data: 7 }) } });
    expect(outputs).toEqual({ only: 7 });
  });

  test("is told its data, payload and step, and can run what it stands for", async () => {
    const { outputs } = await runWorkflow(single("charge", { a: 1 }), {
      nodeDefinitions,
      input: "in",
      fakes: {
        charge: async (data, { payload, step, nodeId, definitionId, original }) => {
          expect({ data, payload, nodeId, definitionId, attempt: step.attempt }).toEqual({
            ...{ data: { a: 1 }, payload: "in", nodeId: "only", definitionId: "single", attempt: 1 },
          });
          return original();
        },
      },
    });
    expect(outputs).toEqual({ only: { paid: 1 } });
  });

  test("that answers what its type may not is found out", async () => {
    const run = await runWorkflow(single("charge"), { nodeDefinitions, fakes: { charge: fakeNode({ data: {} }) } });
    expect(run.status).toBe("failed");
    expect(run.failedReason).toContain("paid");
  });

  test("keeps the retries of its type, unless it has its own", async () => {
    const busy = async () => Promise.reject(new Error("busy"));
    const kept = await runWorkflow(single("charge"), { nodeDefinitions, fakes: { charge: busy } });
    expect(kept.path).toEqual([{ nodeId: "only", attempts: 3 }]);
    const retryPolicy = { maxAttempts: 2, interval: 0, backoff: "fixed" } as const;
    const own = await runWorkflow(single("charge"), {
      nodeDefinitions,
      fakes: { charge: fakeNode(busy, { retryPolicy }) },
    });
    expect(own.path).toEqual([{ nodeId: "only", attempts: 2 }]);
    const whole = await runWorkflow(single("charge"), { nodeDefinitions, fakes: { charge: { executor: busy } } });
    expect(whole.path).toEqual([{ nodeId: "only", attempts: 1 }]);
  });

  test("may take time, until its step runs out of it", async () => {
    const slow = (ms: number) =>
      runWorkflow(single("slow"), {
        fakes: {
          slow: fakeNode(async (_data, { takes }) => takes(ms).then(() => ({ data: "done" })), { timeoutMs: 5_000 }),
        },
      });
    expect(await slow(4_000)).toMatchObject({ status: "completed", elapsedMs: 4_000 });
    expect(await slow(6_000)).toMatchObject({
      ...{ status: "failed", elapsedMs: 5_000, failedReason: expect.stringContaining("ran out of time") },
    });
  });

  test.each(["fakes", "failures", "answers"])(
    "of the %s that is about no node is a slip, and is said so",
    async (name) => {
      const options = { nodeDefinitions, [name]: { chrage: [] } };
      await expect(runWorkflow(order, options)).rejects.toThrow(`\`${name}\` has "chrage"`);
    },
  );
});

describe("time", () => {
  test("passes at once for a wait of days", async () => {
    const run = await runWorkflow(single("wait", { durationMs: 3 * dayMs }));
    expect(run).toMatchObject({ status: "completed", path: [{ nodeId: "only", attempts: 1 }] });
    expect(run.elapsedMs).toBeGreaterThanOrEqual(3 * dayMs);
    expect(run.elapsedMs).toBeLessThan(3 * dayMs + 120_000);
  });

  test("passes for nothing that waits over 15 minutes without the sweeper, and the run says where it stands", async () => {
    const run = await runWorkflow(single("wait", { durationMs: dayMs }), { sweeper: false });
    expect(run).toMatchObject({ status: "paused", pause: { nodeId: "only" } });
  });
});

describe("failures", () => {
  test("are thrown at the n-th attempt, and retried as the node's type says", async () => {
    const failures = { charge: [new Error("busy"), new Error("still busy")] };
    const run = await runWorkflow(single("charge"), { nodeDefinitions, failures });
    expect(run).toMatchObject({ status: "completed", elapsedMs: 2_000, outputs: { only: { paid: 3 } } });
    expect(run.errors).toEqual([
      { nodeId: "only", attempt: 1, error: "Error: busy" },
      { nodeId: "only", attempt: 2, error: "Error: still busy" },
    ]);
  });

  test("leave out an attempt that is undefined, and fail the workflow when they outlast its retries", async () => {
    const busy = new Error("busy");
    const failures = { only: [busy, busy, busy] };
    const run = await runWorkflow(single("charge"), { nodeDefinitions, failures });
    expect(run).toMatchObject({ status: "failed", failedReason: "Error: busy", path: [{ attempts: 3 }] });
    const passed = await runWorkflow(single("charge"), { nodeDefinitions, failures: { only: [undefined, busy] } });
    expect(passed.errors).toEqual([]);
  });
});

describe("a pause", () => {
  test("without an answer ends the run there", async () => {
    const run = await runWorkflow(order, { nodeDefinitions });
    expect(run).toMatchObject({ status: "paused", nodeIds: ["reserve", "ask"], pause: { nodeId: "ask" } });
    expect(run.pause?.data).toMatchObject({ title: "Charge it?" });
  });

  test("is answered by a function of it, for one node or for all", async () => {
    const answer = ({ nodeId, data, visit }: { nodeId: string; data: unknown; visit: number }) => {
      expect({ nodeId, data, visit }).toMatchObject({ nodeId: "ask", data: { title: "Charge it?" }, visit: 1 });
      return { approved: false };
    };
    for (const script of [answer, { ask: answer }]) {
      const run = await runWorkflow(order, { nodeDefinitions, answers: script });
      expect(run.nodeIds).toEqual(["reserve", "ask", "refuse"]);
    }
  });

  test("that refuses an answer waits on: for a better one by a function, else for good", async () => {
    const refused = await runWorkflow(order, { nodeDefinitions, answers: { ask: { approved: "yes" } } });
    expect(refused).toMatchObject({ status: "paused", refusals: [{ nodeId: "ask", workflowId: "order-1" }] });
    const better = await runWorkflow(order, {
      nodeDefinitions,
      answers: ({ refusals }) => ({ approved: refusals.length === 0 ? "yes" : true }),
    });
    expect(better).toMatchObject({ status: "completed", refusals: [{ nodeId: "ask" }] });
  });

  test("is answered after a while, or cancelled", async () => {
    const late = await runWorkflow(order, {
      nodeDefinitions,
      answers: { ask: answerAfter(2 * dayMs, { approved: true }) },
    });
    expect(late).toMatchObject({ status: "completed", elapsedMs: 2 * dayMs });
    const ended = await runWorkflow(order, {
      nodeDefinitions,
      answers: { ask: answerAfter(dayMs, cancel("too late")) },
    });
    expect(ended).toMatchObject({ status: "failed", failedReason: "too late", elapsedMs: dayMs });
  });

  test("that is over by its own time refuses what comes later", async () => {
    const run = await runWorkflow(single("wait", { durationMs: 1_000 }), {
      answers: { only: answerAfter(dayMs, "wake up") },
    });
    expect(run).toMatchObject({ status: "completed", outputs: { only: { endedBy: "timer" } } });
    expect(run.refusals).toHaveLength(1);
  });
});

describe("what nodes are handed", () => {
  test("are the platform's services: buckets, secrets, links; and the test's own", async () => {
    const run = await runWorkflow(single("reader"), {
      objects: { "uploads/a b/c.txt": "hello" },
      secrets: { "ssm:/key": "s3cret", "secretsmanager:mail": { apiKey: "k" } },
      globals: { mail: { from: "shop" } },
      nodeDefinitions: {
        reader: {
          executor: async (_data, _context, _payload, globals, step) => {
            const { blobs, payloadBucket, secret, resumeUrl, mail } = isGlobals(globals) ? globals : failing();
            const part = await blobs.read({ bucket: "uploads", key: "a b/c.txt" });
            await blobs.write(
              { bucket: payloadBucket, key: "out.txt" },
              new TextDecoder().decode(part?.bytes),
              "text/plain",
            );
            return {
              data: {
                mail,
                secretLength: (await secret("ssm:/key")).length + (await secret("secretsmanager:mail#apiKey")).length,
                url: typeof resumeUrl,
                step: step?.stepKey,
              },
            };
          },
        },
      },
    });
    expect(run.objects).toEqual({ "uploads/a b/c.txt": "hello", "payloads/out.txt": "hello" });
    expect(run.outputs["only"]).toEqual({
      mail: { from: "shop" },
      secretLength: 7,
      url: "function",
      step: "single-1#only#0",
    });
  });

  test("stay secret: a result with a secret in it fails its workflow, as it would when deployed", async () => {
    const run = await runWorkflow(single("leak"), {
      secrets: { "ssm:/key": "a secret of some length" },
      nodeDefinitions: {
        leak: {
          executor: async (_data, _context, _payload, globals) => {
            const { secret } = isGlobals(globals) ? globals : failing();
            return { data: await secret("ssm:/key") };
          },
        },
      },
      globals: { mail: null },
    });
    expect(run).toMatchObject({ status: "failed", failedReason: expect.stringContaining("secret.leaked") });
  });

  test("make results that stay whole when they are large: a result of a megabyte is read back from its bucket", async () => {
    const text = "x".repeat(1_000_000);
    const { outputs, history } = await runWorkflow(single("big"), { fakes: { big: fakeNode({ data: { text } }) } });
    expect(outputs).toEqual({ only: { text } });
    expect(history).toHaveLength(1);
  });
});

describe("a crash", () => {
  test("at a point costs an attempt and nothing else", async () => {
    const run = await runWorkflow(order, { nodeDefinitions, answers, crashAt: "node charge 1 after" });
    expect(run).toMatchObject({ status: "completed", crashes: 1, outputs: { charge: { paid: 2 } }, errors: [] });
    expect(run.path.at(-1)).toEqual({ nodeId: "charge", attempts: 2 });
    expect(run.elapsedMs).toBeGreaterThan(0);
  });

  test("that the run never comes to is a slip, and is said so", async () => {
    const run = runWorkflow(order, { nodeDefinitions, answers, crashAt: "node charge 2 after" });
    await expect(run).rejects.toThrow('The run never comes to "node charge 2 after"');
  });

  test.each(["store.commit", "store.commit x before", "store.commit 1 beside"])("at %s is none", async (crashAt) => {
    await expect(runWorkflow(order, { nodeDefinitions, crashAt })).rejects.toThrow("is no crash point");
  });
});

function isGlobals(value: unknown): value is import("../../src/ports/node-globals.ts").NodeGlobals & { mail: unknown } {
  return typeof value === "object" && value !== null && "blobs" in value && "mail" in value;
}

function failing(): never {
  throw new Error("These are other globals");
}
