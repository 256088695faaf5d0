import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { createDispatcherHandler } from "../../../src/platforms/aws/create-dispatcher-handler.ts";
import { MemoryLogger } from "../../../src/platforms/memory/index.ts";
import { body, Harness, noBindings } from "../../dispatcher/harness.ts";
import { replaceMethods } from "../../dispatcher/replace-methods.ts";
import { chain, Ledger } from "../../dispatcher/test-workflows.ts";
import { lambdaContext } from "./lambda-context.ts";

// Before anything is imported: the middleware takes console.error as it is when it is loaded.
const written = vi.hoisted(() => {
  const lines: unknown[] = [];
  for (const method of ["log", "debug", "info", "warn", "error", "trace", "dir"] as const) {
    console[method] = (...values: unknown[]) => void lines.push(values);
  }
  return lines;
});

const canary = "canary-4111";

test("the body of a record that fails reaches neither the console nor the log (I16)", async () => {
  const harness = new Harness({
    workflows: [chain("d", 1)],
    nodes: new Ledger().nodes,
    settings: { maxValueBytes: 200_000 },
  });
  const store = replaceMethods(harness.store, { createStart: () => Promise.reject(new Error("the table is away")) });
  const platform = {
    bindings: noBindings,
    logger: new MemoryLogger(),
    clock: harness.clock,
    close: () => undefined,
    dispatcher: harness.dispatcher({ store }),
  };
  const bodies = [
    body({ type: "start", definitionId: "d", workflowId: "w", input: { card: canary } }),
    body({ type: "start", definitionId: "d", workflowId: "v", input: canary.repeat(30_000) }),
    `{"type":"start","input":"${canary}`,
    canary,
  ];
  const Records = bodies.map((text, index) => ({
    messageId: `m${index}`,
    receiptHandle: "r",
    body: text,
    eventSource: "aws:sqs",
    attributes: {},
  }));

  const answer = await createDispatcherHandler(platform)({ Records }, lambdaContext());

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  expect(harness.lines.filter(({ level }) => level === "warn" || level === "error")).toHaveLength(bodies.length);
  expect(inspect([written, harness.lines, platform.logger.lines], { depth: null })).not.toContain(canary);
  expect(written).toEqual([]);
});
