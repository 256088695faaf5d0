import { describe, expect, it } from "vitest";
import {
  DefaultErrorHandler,
  type Node,
  type NodeDefinition,
  RefluxoError,
  RetryableError,
  type RetryPolicy,
  type Snapshot,
  TerminalError,
  WorkflowEngine,
} from "../../src/engine/index.ts";
import { FakeClock, throwing } from "./engine-under-test.ts";

const many: RetryPolicy = { maxAttempts: 9, interval: 100, backoff: "exponential" };

interface Given {
  readonly errors: readonly unknown[];
  readonly policy?: Partial<RetryPolicy>;
  readonly node?: Partial<Node>;
  /** How long each attempt takes, ms. */
  readonly takesMs?: number;
  readonly fractions?: readonly number[];
}

/** Runs a node until it succeeds or has failed, each retry when it is due; returns the delays and how it ended. */
async function run({ errors, policy, node, takesMs = 0, fractions = [] }: Given) {
  const clock = new FakeClock();
  const type = throwing(errors, policy === undefined ? {} : { retryPolicy: { ...many, ...policy } });
  const slow: NodeDefinition = {
    ...type,
    executor: (...given) => {
      clock.pass(takesMs);
      return type.executor(...given);
    },
  };
  const left = [...fractions];
  const engine = new WorkflowEngine({
    workflow: { nodes: [{ id: "n", type: "slow", data: {}, ...node }], edges: [] },
    nodeDefinitions: { slow },
    clock: clock.now,
    random: () => left.shift() ?? 0.5,
  });
  const delays: number[] = [];
  let snapshot: Snapshot = await engine.execute({ initialNodeId: "n" });
  while (snapshot.status === "error") {
    const due = snapshot.retryState?.nextRetryAt ?? Number.NaN;
    delays.push(due - clock.time);
    clock.time = due;
    snapshot = await engine.execute({ snapshot });
  }
  return { delays, status: snapshot.status, results: snapshot.context["n"] ?? [], snapshot };
}

const coded = (code: string) => Object.assign(new Error(code), { code });

describe("a retry policy", () => {
  it("caps the backoff by maxDelay", async () => {
    const { delays } = await run({ errors: [1, 2, 3, 4, 5], policy: { maxDelay: 350 } });
    expect(delays).toEqual([100, 200, 350, 350, 350]);
  });

  it("spreads the delay over chance with full jitter, and over none without", async () => {
    const errors = [1, 2, 3];
    const fractions = [0, 0.25, 0.999];
    expect((await run({ errors, policy: { jitter: "full" }, fractions })).delays).toEqual([0, 50, 400]);
    expect((await run({ errors, policy: { jitter: "none" }, fractions })).delays).toEqual([100, 200, 400]);
  });

  it("caps the backoff before chance takes its share", async () => {
    const policy = { jitter: "full", maxDelay: 100 } as const;
    expect((await run({ errors: [1, 2, 3], policy, fractions: [0.5, 0.5, 0.5] })).delays).toEqual([50, 50, 50]);
  });

  it("retries the codes of retryOn alone", async () => {
    const policy = { retryOn: ["ECONNRESET", "busy"] };
    expect(await run({ errors: [coded("busy"), coded("ECONNRESET")], policy })).toMatchObject({
      delays: [100, 200],
      status: "completed",
    });
    expect(await run({ errors: [coded("busy"), coded("bad")], policy })).toMatchObject({
      delays: [100],
      status: "failed",
    });
  });

  it("gives up on the codes of giveUpOn, though retryOn has them too", async () => {
    const policy = { retryOn: ["busy"], giveUpOn: ["busy"] };
    expect(await run({ errors: [coded("busy")], policy })).toMatchObject({ delays: [], status: "failed" });
    expect(await run({ errors: [coded("other")], policy: { giveUpOn: ["busy"] } })).toMatchObject({
      status: "completed",
    });
  });

  it("begins no attempt later than maxElapsedTime after the first one began", async () => {
    const errors = [1, 2, 3, 4];
    const policy = { interval: 100, backoff: "fixed" } as const;
    // Attempts begin at 0, 120, 240, 360 ms.
    expect((await run({ errors, policy: { ...policy, maxElapsedTime: 240 }, takesMs: 20 })).delays).toEqual([100, 100]);
    expect((await run({ errors, policy: { ...policy, maxElapsedTime: 239 }, takesMs: 20 })).delays).toEqual([100]);
  });

  it("decides on the elapsed time with the very delay that it takes", async () => {
    const policy = { jitter: "full", interval: 1_000, maxElapsedTime: 500 } as const;
    expect((await run({ errors: [1], policy, fractions: [0.5] })).delays).toEqual([500]);
    expect((await run({ errors: [1], policy, fractions: [0.6] })).status).toBe("failed");
  });

  it("of the node goes before its type's", async () => {
    const retryPolicy = { maxAttempts: 2, interval: 7, backoff: "fixed" } as const;
    expect(await run({ errors: [1, 2], policy: {}, node: { retryPolicy } })).toMatchObject({
      delays: [7],
      status: "failed",
    });
    expect((await run({ errors: [1], node: { retryPolicy } })).status).toBe("completed");
  });

  it("that waits no time waits none, however often", async () => {
    const definition = throwing([], { retryPolicy: { ...many, interval: 0 } });
    const node = { id: "n", type: "n", data: {} };
    expect(await new DefaultErrorHandler().getRetryDelay(5_000, node, definition)).toBe(0);
  });

  it("is told in the results what each failed attempt called itself", async () => {
    const { results } = await run({ errors: [coded("busy"), new TypeError("x")], policy: {} });
    expect(results.map(({ errorCode }) => errorCode)).toEqual(["busy", "TypeError", undefined]);
  });

  it("has the code redacted as the text is", async () => {
    const engine = new WorkflowEngine({
      workflow: { nodes: [{ id: "n", type: "t", data: {} }], edges: [] },
      nodeDefinitions: { t: throwing([coded("key-4711")]) },
    });
    const environment = {
      signal: new AbortController().signal,
      redact: (text: string) => text.replaceAll("4711", "***"),
      resumeToken: async () => "",
    };
    const end = await engine.executeStep(engine.createInitialSnapshot("w", "n"), undefined, undefined, environment);
    expect(end.context["n"]?.[0]).toMatchObject({ error: "Error: key-***", errorCode: "key-***" });
  });
});

describe("a RetryableError", () => {
  const asking = (afterMs: number) => new RetryableError("later", { code: "busy", afterMs });

  it("asks for its own delay, which maxDelay and jitter leave alone", async () => {
    const policy = { maxDelay: 10, jitter: "full" } as const;
    expect((await run({ errors: [asking(5_000)], policy })).delays).toEqual([5_000]);
  });

  it.each([
    [-1, 0],
    [0.5, 1],
    [Number.POSITIVE_INFINITY, 366 * 86_400_000],
    [Number.NaN, 100],
  ])("that asks for %d ms waits %d ms", async (afterMs, delay) => {
    expect((await run({ errors: [asking(afterMs)], policy: {} })).delays).toEqual([delay]);
  });

  it("gets no more attempts and no more time than the policy allows", async () => {
    expect((await run({ errors: [asking(1), asking(1)], policy: { maxAttempts: 2 } })).status).toBe("failed");
    expect((await run({ errors: [asking(500)], policy: { maxElapsedTime: 499 } })).status).toBe("failed");
    expect((await run({ errors: [asking(1)], policy: { giveUpOn: ["busy"] } })).status).toBe("failed");
  });

  it("without any policy is retried twice, after 1 s and 2 s", async () => {
    const errors = [1, 2, 3].map(() => new RetryableError("busy"));
    expect(await run({ errors })).toMatchObject({ delays: [1_000, 2_000], status: "failed" });
    expect((await run({ errors: [new Error("x")] })).delays).toEqual([]);
    expect((await run({ errors: [new RefluxoError("x", "x", { isRetryable: true })] })).delays).toEqual([]);
  });

  it("keeps its cause", () => {
    const cause = new Error("socket");
    expect(new RetryableError("x", { cause })).toMatchObject({ cause, isRetryable: true, code: "node.retryable" });
    expect(new TerminalError("x", { cause })).toMatchObject({ cause, isRetryable: false, code: "node.terminal" });
  });
});

describe("a TerminalError", () => {
  it("is never retried, though retryOn lists its code", async () => {
    const policy = { retryOn: ["card.declined"] };
    const errors = [new TerminalError("declined", { code: "card.declined" })];
    expect(await run({ errors, policy })).toMatchObject({ delays: [], status: "failed" });
  });
});

describe("an error handler", () => {
  it("is told the facts of the failure last, so that one with Refluxo's arguments fits", async () => {
    const clock = new FakeClock();
    const facts: unknown[] = [];
    const error = new Error("x");
    const engine = new WorkflowEngine({
      workflow: { nodes: [{ id: "n", type: "t", data: {} }], edges: [] },
      nodeDefinitions: {
        t: {
          executor: async () => {
            clock.pass(10);
            throw error;
          },
        },
      },
      clock: clock.now,
      random: () => 0.125,
      errorHandler: {
        shouldRetry: (_error, _attempt, _node, _definition, given) => facts.push(given) > 0,
        getRetryDelay: (_attempt, _node, _definition, given) => facts.push(given),
      },
    });
    const first = await engine.execute({ initialNodeId: "n" });
    const fact = { error, firstAttemptAt: 1_000, failedAt: 1_010, fraction: 0.125 };
    expect(facts).toEqual([fact, fact]);
    clock.time = 5_000;
    await engine.execute({ snapshot: first });
    expect(facts.at(-1)).toEqual({ ...fact, failedAt: 5_010 });
  });
});
