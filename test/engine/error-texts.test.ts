import { describe, expect, it } from "vitest";
import { RefluxoError, WorkflowEngine } from "../../src/engine/index.ts";
import { chainOf, echo } from "./engine-under-test.ts";

describe("the error texts of Refluxo", () => {
  it("Node not found", async () => {
    const error = await chainOf({ a: echo })
      .execute({ initialNodeId: "missing" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RefluxoError);
    expect(error).toMatchObject({ message: "Node not found", code: "node.unknown" });
  });

  it.each(["X", "toString", "__proto__"])("Node definition not found, for the type %s", async (type) => {
    const workflow = { nodes: [{ id: "a", type, data: {} }], edges: [] };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { echo } });
    await expect(engine.execute({ initialNodeId: "a" })).rejects.toThrow(/^Node definition not found$/);
    await expect(engine.validateWorkflow()).rejects.toThrow(`Node definition not found for type: ${type}`);
  });

  it("Either snapshot or initialNodeId must be provided", async () => {
    // @ts-expect-error what an untyped caller can do
    await expect(chainOf({ a: echo }).execute({})).rejects.toThrow(
      /^Either snapshot or initialNodeId must be provided$/,
    );
  });

  it("Step limit exceeded, after as many steps as execute was given", async () => {
    const engine = chainOf({ a: echo, b: echo });
    const failed = await engine.execute({ initialNodeId: "a", stepLimit: 1 });
    expect(failed).toMatchObject({ status: "failed", version: 2, metadata: { failedReason: "Step limit exceeded" } });
    expect(Object.keys(failed.context)).toEqual(["a"]);
    expect((await engine.execute({ initialNodeId: "a", stepLimit: 2 })).status).toBe("completed");
  });

  it("Step limit exceeded, after 100 steps when execute was given no limit", async () => {
    const workflow = { nodes: [{ id: "a", type: "echo", data: {} }], edges: [{ id: "e", source: "a", target: "a" }] };
    const failed = await new WorkflowEngine({ workflow, nodeDefinitions: { echo } }).execute({ initialNodeId: "a" });
    expect(failed.context["a"]).toHaveLength(100);
  });
});
