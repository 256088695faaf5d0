import { describe, expect, test } from "vitest";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { approval } from "../../src/nodes/approval.ts";
import { wait } from "../../src/nodes/wait.ts";
import { Harness } from "./harness.ts";

/** A node type whose first run fails for good, as when its process dies each time. */
function failingOnce(type: NodeDefinition): NodeDefinition {
  let runs = 0;
  return {
    ...type,
    async executor(...args) {
      runs += 1;
      if (runs === 1) throw new Error("the first run fails");
      return type.executor(...args);
    },
  };
}

async function retried(type: NodeDefinition, data: unknown, input: unknown) {
  const workflow = { id: "first", nodes: [{ id: "only", type: "asks", data }], edges: [] };
  const harness = new Harness({ workflows: [workflow], nodes: { asks: failingOnce(type) } });
  await harness.start("w", "first", input);
  await harness.drain();
  expect((await harness.view("w")).status).toBe("failed");
  await harness.execute({ type: "retry", schemaVersion: 1, workflowId: "w" });
  await harness.drain();
  return harness;
}

describe("the input of a start, at a first node that failed and that an operator retries", () => {
  test("is no approval: whoever starts a workflow does not decide about it", async () => {
    const harness = await retried(approval, { title: "Pay?" }, { approved: true });
    const view = await harness.view("w");
    expect(view).toMatchObject({ status: "paused", pause: { data: { title: "Pay?" } } });
    expect(view.pause?.data).not.toHaveProperty("problem");
    await harness.resume("w", { payload: { approved: false } });
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { only: [{}, { output: { approved: false } }] },
    });
  });

  test("ends no wait", async () => {
    const harness = await retried(wait, { durationMs: 60_000 }, { order: 1 });
    expect((await harness.view("w")).status).toBe("paused");
    await harness.resume("w", { payload: { order: 1 } });
    await harness.drain();
    expect(await harness.view("w")).toMatchObject({
      status: "completed",
      context: { only: [{}, { output: { endedBy: "resume" } }] },
    });
  });
});
