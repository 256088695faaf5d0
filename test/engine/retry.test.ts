import { describe, expect, it } from "vitest";
import { DefaultErrorHandler, type ErrorHandler, type NodeDefinition, RefluxoError } from "../../src/engine/index.ts";
import { chainOf, FakeClock, throwing } from "./engine-under-test.ts";

const policy = (backoff: "fixed" | "exponential", maxAttempts = 4): Partial<NodeDefinition> => ({
  retryPolicy: { maxAttempts, interval: 100, backoff },
});

async function delaysOf(definition: NodeDefinition): Promise<unknown[]> {
  const clock = new FakeClock();
  const engine = chainOf({ node: definition }, { clock: clock.now });
  const delays: unknown[] = [];
  let snapshot = await engine.execute({ initialNodeId: "node" });
  while (snapshot.status === "error") {
    const due = snapshot.retryState?.nextRetryAt ?? Number.NaN;
    delays.push(due - clock.time);
    clock.time = due;
    snapshot = await engine.execute({ snapshot });
  }
  return [...delays, snapshot.status];
}

async function failWith(errorHandler: ErrorHandler) {
  return chainOf({ node: throwing([new Error("broken")]) }, { errorHandler }).execute({ initialNodeId: "node" });
}

describe("retries", () => {
  it("wait the same time each with a fixed backoff", async () => {
    expect(await delaysOf(throwing([1, 2, 3, 4], policy("fixed")))).toEqual([100, 100, 100, "failed"]);
  });

  it("wait twice as long each time with an exponential backoff", async () => {
    expect(await delaysOf(throwing([1, 2, 3], policy("exponential")))).toEqual([100, 200, 400, "completed"]);
  });

  it("keep a result of every attempt, and clear the retry state on success", async () => {
    const engine = chainOf({ node: throwing([new Error("one")], policy("fixed")) });
    const pending = await engine.execute({ initialNodeId: "node" });
    expect(pending).toMatchObject({
      status: "error",
      currentNodeId: "node",
      version: 1,
      retryState: { nodeId: "node", attempts: 1, nextRetryAt: 1_100 },
    });
    const end = await engine.execute({ snapshot: pending });
    expect(end).not.toHaveProperty("retryState");
    expect(end.context["node"]).toEqual([
      { output: null, timestamp: 1_000, error: "Error: one", errorCode: "Error", attempt: 1 },
      { output: "done", timestamp: 1_000, attempt: 2 },
    ]);
  });

  it("are not made without a policy", async () => {
    const failed = await chainOf({ node: throwing([new Error("broken")]) }).execute({ initialNodeId: "node" });
    expect(failed).toMatchObject({
      status: "failed",
      currentNodeId: "node",
      metadata: { failedReason: "Error: broken" },
    });
    expect(failed).not.toHaveProperty("retryState");
  });

  it("are not made for an error that says it is terminal, but for one that says it is retryable", async () => {
    const errorOf = (isRetryable: boolean) => new RefluxoError("shop.closed", "closed", { isRetryable });
    expect(await delaysOf(throwing([errorOf(false)], policy("fixed")))).toEqual(["failed"]);
    expect(await delaysOf(throwing([errorOf(true)], policy("fixed")))).toEqual([100, "completed"]);
    const node = { id: "n", type: "n", data: {} };
    const definition = throwing([], policy("fixed"));
    expect(await new DefaultErrorHandler().shouldRetry(errorOf(false), 1, node, definition)).toBe(false);
  });

  it("start counting anew at the next visit", async () => {
    const once = () => throwing(["x"], policy("fixed", 2));
    expect(await delaysOf(once())).toEqual([100, "completed"]);
    const engine = chainOf({ a: once(), b: once() });
    let snapshot = await engine.execute({ initialNodeId: "a" });
    snapshot = await engine.execute({ snapshot });
    expect(snapshot.retryState).toMatchObject({ nodeId: "b", attempts: 1 });
  });
});

describe("a custom error handler", () => {
  it("decides, and is told the error, the attempt, the node and its type", async () => {
    const calls: unknown[] = [];
    const snapshot = await failWith({
      shouldRetry: async (error, attempt, node, definition) => {
        calls.push([String(error), attempt, node.id, typeof definition.executor]);
        return true;
      },
      getRetryDelay: async (attempt, node) => {
        calls.push([attempt, node.id]);
        return 77;
      },
    });
    expect(snapshot).toMatchObject({ status: "error", retryState: { attempts: 1, nextRetryAt: 1_077 } });
    expect(calls).toEqual([
      ["Error: broken", 1, "node", "function"],
      [1, "node"],
    ]);
  });

  it.each([
    [-5, 1_000],
    [0.5, 1_001],
    [Number.POSITIVE_INFINITY, 1_000 + 366 * 86_400_000],
    [1e300, 1_000 + 366 * 86_400_000],
  ])("that answers the delay %d has it clamped", async (delay, nextRetryAt) => {
    const snapshot = await failWith({ shouldRetry: () => true, getRetryDelay: () => delay });
    expect(snapshot.retryState?.nextRetryAt).toBe(nextRetryAt);
  });

  it.each([
    ["answers NaN", { shouldRetry: () => true, getRetryDelay: () => Number.NaN }, "the retry delay is not a number"],
    [
      "answers a text",
      { shouldRetry: () => true, getRetryDelay: () => "5" as never },
      "the retry delay is not a number",
    ],
    [
      "throws",
      {
        shouldRetry: () => {
          throw new Error("oops");
        },
        getRetryDelay: () => 0,
      },
      "the error handler threw Error: oops",
    ],
    ["rejects", { shouldRetry: () => true, getRetryDelay: () => Promise.reject("no") }, "the error handler threw no"],
  ])("that %s fails the node with both reasons", async (_name, handler, reason) => {
    const snapshot = await failWith(handler);
    expect(snapshot).toMatchObject({
      status: "failed",
      version: 1,
      metadata: { failedReason: `Error: broken (not retried: ${reason})` },
    });
  });
});
