import { describe, expect, test } from "vitest";
import type { Context, StepContext } from "../../src/engine/index.ts";
import { approval } from "../../src/nodes/approval.ts";

const step: StepContext = {
  workflowId: "w1",
  version: 3,
  attempt: 1,
  startedAt: 0,
  stepKey: "k",
  attemptKey: "k1",
  signal: new AbortController().signal,
  resumeToken: async () => "a-secret-token",
};
const context: Context = { order: [{ output: { total: 5 }, timestamp: 1, attempt: 1 }] };
const data = { title: "Approve?", detailsFrom: "order" };

function visit(payload: unknown, over: Partial<StepContext> = {}) {
  return approval.executor(data, context, payload, undefined, { ...step, ...over });
}

describe("approval", () => {
  test("without an answer it pauses and says what is asked and how to answer, but not the token (I16)", async () => {
    const outcome = await visit(undefined);
    expect(outcome).toEqual({
      data: {
        title: "Approve?",
        details: { total: 5 },
        resume: { method: "POST", path: "/workflows/w1/resume", body: { payload: { approved: true } } },
      },
      __pause: true,
    });
    expect(JSON.stringify(outcome)).not.toContain("a-secret-token");
  });

  test("as a workflow's first node it does not take the workflow's input for an answer", async () => {
    expect(await visit({ approved: true }, { version: 0 })).toMatchObject({ __pause: true });
  });

  test("without a node to show it asks without details", async () => {
    const outcome = await approval.executor({ title: "Go on?" }, context, undefined, undefined, step);
    expect(Object.keys(Object(outcome.data))).toEqual(["title", "resume"]);
  });

  test.each([
    [{ approved: true, by: "mia" }, "approved"],
    [{ approved: false, comment: "too much" }, "rejected"],
  ])("answer %j leaves by %s and is the node's result", async (answer, nextHandle) => {
    expect(await visit(answer)).toEqual({ data: answer, nextHandle });
  });

  test.each([
    [null, "payload: Invalid type"],
    [{}, "payload.approved: Invalid key"],
    [{ approved: "true" }, "payload.approved: must be true or false"],
    [{ approved: true, bye: "x" }, "payload.bye: Invalid key"],
    [{ approved: true, comment: "x".repeat(2_001) }, "payload.comment: must be at most 2000 characters"],
    [{ timer: 5 }, "payload.approved: Invalid key"],
  ])("answer %j decides nothing: it pauses again with the same question and the problem", async (answer, problem) => {
    const first = await visit(undefined);
    expect(await visit(answer)).toEqual({
      data: { ...Object(first.data), problem: expect.stringContaining(problem) },
      __pause: true,
    });
  });
});
