import { describe, expect, test } from "vitest";
import { StandardSchemaValidator, type StepContext } from "../../src/engine/index.ts";
import { wait } from "../../src/nodes/wait.ts";
import { Harness } from "../dispatcher/harness.ts";

const startedAt = Date.UTC(2026, 10, 2, 12);
const dayMs = 86_400_000;

function visit(data: Parameters<typeof wait.executor>[0], payload?: unknown, version = 3) {
  const step: StepContext = {
    workflowId: "w",
    version,
    attempt: 1,
    startedAt,
    stepKey: "k",
    attemptKey: "k1",
    signal: new AbortController().signal,
    resumeToken: async () => "",
  };
  return wait.executor(data, {}, payload, undefined, step);
}

describe("wait", () => {
  test("pauses until its duration has passed, and says until when", async () => {
    expect(await visit({ durationMs: 1500 })).toEqual({
      data: { endsAt: "2026-11-02T12:00:01.500Z" },
      __pause: true,
      dueAt: startedAt + 1500,
    });
  });

  test("pauses until an instant; one that has passed ends it at once", async () => {
    expect(await visit({ until: "2026-11-02T13:00:00Z" })).toMatchObject({
      __pause: true,
      dueAt: startedAt + 3_600_000,
    });
    const over = { data: { endsAt: "2026-11-01T00:00:00.000Z", endedBy: "timer" } };
    expect(await visit({ until: "2026-11-01T00:00:00Z" })).toEqual(over);
    expect(await visit({ durationMs: 0 })).toMatchObject({ data: { endedBy: "timer" } });
  });

  test("ends by its timer, or early by a resume", async () => {
    const due = { timer: startedAt - 5 };
    expect(await visit({ durationMs: 10 }, due)).toEqual({
      data: { endsAt: "2026-11-02T11:59:59.995Z", endedBy: "timer" },
    });
    expect(await visit({ durationMs: dayMs }, null)).toEqual({
      data: { endsAt: "2026-11-02T12:00:00.000Z", endedBy: "resume" },
    });
  });

  test("as a workflow's first node does not take the workflow's input for its timer", async () => {
    expect(await visit({ durationMs: 10 }, { timer: 1 }, 0)).toMatchObject({ __pause: true });
  });

  test("refuses an instant over 366 days away, and data that name no time", async () => {
    await expect(visit({ until: "2027-11-04T12:00:00Z" })).rejects.toMatchObject({ code: "wait.too-long" });
    const validator = new StandardSchemaValidator();
    for (const data of [
      {},
      { durationMs: -1 },
      { durationMs: 367 * dayMs },
      { until: "tomorrow" },
      { durationMs: 1.5 },
    ]) {
      expect(await validator.validate(data, wait.metadata ?? {}), JSON.stringify(data)).toMatchObject({ valid: false });
    }
  });

  test("says what its data must have when it fits neither way", async () => {
    const result = await new StandardSchemaValidator().validate({ durationMs: "5" }, wait.metadata ?? {});
    expect(result.errors).toEqual([
      { path: "root", message: expect.stringMatching(/^must have durationMs.* or until/) },
    ]);
  });

  test.each([
    ["milliseconds", 5],
    ["minutes", 10 * 60_000],
    ["hours, which no queue delay reaches", 5 * 3_600_000],
    ["a year", 365 * dayMs],
  ])("of %s ends in time: never early, and within a minute of it", async (_name, durationMs) => {
    const workflow = {
      id: "waits",
      nodes: [{ id: "pause", type: "wait", data: { durationMs } }],
      edges: [],
      longestDurationMs: 366 * dayMs,
    };
    const harness = new Harness({ workflows: [workflow], nodes: { wait } });
    await harness.start("w", "waits");
    await harness.drain();
    const begin = harness.clock.now();
    harness.clock.advance(durationMs - 1);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.drain();
    expect((await harness.view("w")).status).toBe("paused");
    for (let seconds = 0; (await harness.view("w")).status !== "completed"; seconds += 1) {
      expect(seconds).toBeLessThanOrEqual(60);
      harness.clock.advance(1000);
      if (seconds % 60 === 0) await harness.dispatcher().sweep(harness.invocation());
      await harness.drain();
    }
    const { context } = await harness.view("w");
    expect(context["pause"]?.[0]?.output).toEqual({
      endsAt: new Date(begin + durationMs).toISOString(),
      endedBy: "timer",
    });
  });
});
