import { describe, expect, it } from "vitest";
import { type NodeDefinition, type StepContext, WorkflowEngine } from "../../src/engine/index.ts";
import { echo, onlyResult } from "./engine-under-test.ts";

describe("transform engines", () => {
  it("run in order, each over what the one before made", async () => {
    const append = (letter: string) => ({
      transform: async (input: unknown) => ({ text: `${(input as { text: string }).text}${letter}` }),
    });
    const workflow = { nodes: [{ id: "a", type: "echo", data: { text: "A" } }], edges: [] };
    const engine = new WorkflowEngine({
      workflow,
      nodeDefinitions: { echo },
      transformEngines: [append("B"), append("C")],
    });
    expect(onlyResult(await engine.execute({ initialNodeId: "a" }), "a")?.output).toEqual({ text: "ABC" });
  });

  it("and executors may change their input in place: the definition stays as it was", async () => {
    const workflow = {
      nodes: [{ id: "a", type: "count", data: { list: [0] } }],
      edges: [{ id: "e", source: "a", target: "a" }],
    };
    const push = (input: unknown) => (input as { list: number[] }).list.push(1);
    const count: NodeDefinition = {
      executor: async (input) => {
        push(input);
        return { data: input };
      },
    };
    const transform = async (input: unknown) => {
      push(input);
      return input;
    };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { count }, transformEngines: [{ transform }] });
    const end = await engine.execute({ initialNodeId: "a", stepLimit: 2 });
    expect(end.context["a"]?.map(({ output }) => output)).toEqual([{ list: [0, 1, 1] }, { list: [0, 1, 1] }]);
    expect(workflow.nodes[0]?.data.list).toEqual([0]);
  });

  it("are told the context, the globals, and the step with the workflow's input", async () => {
    const seen: unknown[] = [];
    const transform = (input: unknown, context: unknown, globals: unknown, step?: StepContext) => {
      seen.push(context, globals, step?.input, step?.stepKey);
      return input;
    };
    const workflow = { nodes: [{ id: "a", type: "echo", data: 1 }], edges: [] };
    const engine = new WorkflowEngine({ workflow, nodeDefinitions: { echo }, transformEngines: [{ transform }] });
    await engine.executeStep(engine.createInitialSnapshot("w", "a", { order: 7 }), undefined, "globals");
    expect(seen).toEqual([{}, "globals", { order: 7 }, "w#a#0"]);
  });
});
