import { describe, expect, test } from "vitest";
import { StandardSchemaValidator } from "../../src/engine/index.ts";
import { type ParallelResult, parallel } from "../../src/nodes/parallel.ts";
import { runChildNode } from "./run-child-node.ts";

describe("parallel", () => {
  test("runs its branches and results in what became of each, by name", async () => {
    const branches = { hotel: { definitionId: "child", input: "h" }, car: { definitionId: "child" } };
    const { output } = await runChildNode("parallel", { branches });
    expect(output).toEqual({
      failed: 0,
      branches: {
        hotel: { workflowId: "w.1.1", status: "completed", output: { got: "h" } },
        car: { workflowId: "w.1.0", status: "completed", output: { got: null } },
      },
    } satisfies ParallelResult);
  });

  test("fails with its first branch that does, unless that is tolerated", async () => {
    const branches = { good: { definitionId: "child" }, bad: { definitionId: "child", input: "bad" } };
    expect((await runChildNode("parallel", { branches })).workflow.status).toBe("failed");
    expect((await runChildNode("parallel", { branches, toleratedFailures: 1 })).output).toMatchObject({
      failed: 1,
      branches: { bad: { status: "failed", error: "Error: a bad item" } },
    });
  });

  test("refuses a name that could reach a prototype, where it would start one branch too few", async () => {
    for (const name of ["constructor", "prototype", "__proto__"]) {
      const branches = JSON.parse(`{ "good": { "definitionId": "child" }, "${name}": { "definitionId": "child" } }`);
      const result = await new StandardSchemaValidator().validate({ branches }, parallel.metadata ?? {});
      expect(result, name).toMatchObject({ valid: false, errors: [{ path: "branches" }] });
    }
  });
});
