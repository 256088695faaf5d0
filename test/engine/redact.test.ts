import { expect, it } from "vitest";
import { describeError, type StepEnvironment, type WorkflowEngine } from "../../src/engine/index.ts";
import { chainOf, onlyResult, throwing } from "./engine-under-test.ts";

const redact = (text: string) => text.replaceAll("hunter2", "[secret]");
const environment: StepEnvironment = {
  signal: new AbortController().signal,
  redact,
  resumeToken: async () => "no token",
};

async function failWith(thrown: unknown, options: Parameters<typeof chainOf>[1] = {}) {
  const engine: WorkflowEngine = chainOf({ a: throwing([thrown]) }, options);
  return engine.executeStep(engine.createInitialSnapshot("w", "a"), undefined, undefined, environment);
}

it.each([
  ["a text", "key hunter2", "key [secret]"],
  ["a message", new Error("key hunter2"), "Error: key [secret]"],
  ["an object", { key: "hunter2" }, '{"key":"[secret]"}'],
])("what the host hides is taken out of the snapshot's error: %s", async (_what, thrown, text) => {
  const snapshot = await failWith(thrown);
  expect(onlyResult(snapshot, "a")?.error).toBe(text);
  expect(snapshot.metadata).toEqual({ failedReason: text });
  expect(JSON.stringify(snapshot)).not.toContain("hunter2");
});

it("an error handler's own error is redacted too", async () => {
  const errorHandler = {
    shouldRetry: () => Promise.reject(new Error("at hunter2")),
    getRetryDelay: () => 0,
  };
  const snapshot = await failWith(new Error("broken"), { errorHandler });
  expect(snapshot.metadata["failedReason"]).toBe(
    "Error: broken (not retried: the error handler threw Error: at [secret])",
  );
});

it("a text is redacted before it is cut: no part of a secret is left at its end", () => {
  for (let length = 1_990; length < 2_001; length += 1) {
    expect(describeError(`${"x".repeat(length)}hunter2`, redact)).not.toContain("h");
  }
});
