import { expect, test } from "vitest";
import { WorkflowEngine } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import { failureOf, runNode } from "./node-under-test.ts";

const fail = nodes["fail"] ?? expect.fail("there is no fail");

test("it fails for good with the code and message of its data", async () => {
  const error = await failureOf(runNode(fail, { code: "order.out-of-stock", message: "SKU-1 is out of stock" }));
  expect(error).toMatchObject({ code: "order.out-of-stock", message: "SKU-1 is out of stock", isRetryable: false });
});

test("the workflow fails at once, and says why", async () => {
  const data = { code: "order.out-of-stock", message: "SKU-1 is out of stock" };
  const workflow = { id: "w", nodes: [{ id: "stop", type: "fail", data }], edges: [] };
  const snapshot = await new WorkflowEngine({ workflow, nodeDefinitions: nodes }).execute({ initialNodeId: "stop" });
  expect(snapshot).toMatchObject({
    status: "failed",
    version: 1,
    metadata: { failedReason: expect.stringContaining("SKU-1 is out of stock") },
  });
});

test.each([
  [{ message: "m" }],
  [{ code: "", message: "m" }],
  [{ code: "two words", message: "m" }],
  [{ code: "a..b", message: "m" }],
  [{ code: "x".repeat(101), message: "m" }],
  [{ code: "a", message: "" }],
])("data %j is refused", async (data) => {
  expect(await failureOf(runNode(fail, data))).toMatchObject({ code: "node.input_invalid" });
});
