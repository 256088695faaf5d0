import { expect, it } from "vitest";
import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { Harness } from "./harness.ts";
import { Ledger } from "./test-workflows.ts";

const minuteMs = 60_000;

// Found by the simulation (docs/reliability.md): a slow clock judged the message as too early, and the
// sweeper did not look again until the pause was due, weeks after the longest duration.
it("a workflow past its longest duration is looked at again soon when the message that ends it is lost", async () => {
  const patient: WorkflowDefinition = {
    id: "patient",
    nodes: [{ id: "ask", type: "approve", data: { dueInMs: 40 * 24 * 60 * minuteMs } }],
    edges: [],
    longestDurationMs: 20 * minuteMs,
  };
  const harness = new Harness({ workflows: [patient], nodes: new Ledger().nodes });
  await harness.start("w", "patient");
  await harness.drain();
  harness.clock.advance(20 * minuteMs);
  await harness.dispatcher().sweep(harness.invocation());
  expect(harness.queue.messages).toHaveLength(1);
  harness.queue.purge();
  for (let minutes = 0; minutes < 60; minutes += 1) {
    harness.clock.advance(minuteMs);
    await harness.dispatcher().sweep(harness.invocation());
    await harness.drain();
  }
  expect((await harness.view("w")).status).toBe("failed");
});
