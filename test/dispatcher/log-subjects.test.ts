import { expect, it } from "vitest";
import { body, Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

it("every line about a workflow names it, its version and its node, also when its record fails", async () => {
  const ledger = new Ledger();
  const harness = new Harness({ workflows: [chain("chain", 2), approval], nodes: ledger.nodes });
  await harness.start("w", "chain");
  await harness.start("asks", "approval");
  const store = replaceMethods(harness.store, { commit: () => Promise.reject(new Error("throttled")) });
  const bodies = [
    body({ type: "step", workflowId: "w", version: 0 }),
    body({ type: "resume", workflowId: "asks", version: 1, payload: {} }),
    body({ type: "step", workflowId: "asks", version: 7 }),
  ];
  await harness.dispatch(bodies, harness.dispatcher({ store }));
  await harness.run();
  await harness.cancel("asks");
  const seen = new Set(harness.lines.map(({ message }) => message));
  for (const message of [
    "workflow started",
    "record failed",
    "record comes again",
    "message is refused",
    "workflow cancelled",
  ]) {
    expect([...seen]).toContain(message);
  }
  for (const { message, fields } of harness.lines) {
    expect(fields, message).toMatchObject({
      workflowId: expect.any(String),
      version: expect.any(Number),
      nodeId: expect.any(String),
    });
  }
});
