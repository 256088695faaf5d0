import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { defineNode, defineWorkflow, type NodeDefinition } from "../../src/engine/index.ts";

const types = {
  ask: defineNode({
    metadata: { input: v.strictObject({ title: v.string() }) },
    handles: ["yes", "no"],
    executor: async ({ title }) => ({ data: title, nextHandle: "yes" }),
  }),
  end: defineNode({ executor: async () => ({ data: null }) }),
};

/** Types that the compiler knows nothing of, so that only the check at run time is left. */
const untyped: Readonly<Record<string, NodeDefinition>> = types;

describe("defineWorkflow", () => {
  const edges = [{ id: "e", source: "a", target: "b", sourceHandle: "yes" }] as const;

  it("returns a plain definition, the same as its JSON would be", () => {
    const definition = defineWorkflow(types, {
      id: "d",
      startNodeId: "a",
      nodes: [
        { id: "a", type: "ask", data: { title: "T" } },
        { id: "b", type: "end" },
      ],
      edges,
    });
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    expect(definition).toEqual({
      id: "d",
      startNodeId: "a",
      nodes: [
        { id: "a", type: "ask", data: { title: "T" } },
        { id: "b", type: "end", data: {} },
      ],
      edges,
    });
  });

  it("freezes what it returns, and leaves what it was given as it was", () => {
    const data = { title: "T" };
    const definition = defineWorkflow(types, { id: "d", nodes: [{ id: "a", type: "ask", data }], edges: [] });
    expect(Object.isFrozen(definition)).toBe(true);
    expect(Object.isFrozen(definition.nodes)).toBe(true);
    expect(Object.isFrozen(definition.nodes[0]?.data)).toBe(true);
    expect(Object.isFrozen(data)).toBe(false);
  });

  it.each([
    ["an unknown type", { nodes: [{ id: "a", type: "aks" }] }, "Node definition not found for type: aks"],
    ["data that do not fit", { nodes: [{ id: "a", type: "ask", data: {} }] }, "Node 'a' has data that its type 'ask'"],
    [
      "data that are not JSON",
      { nodes: [{ id: "a", type: "end", data: { run: () => 1 } }] },
      "The definition is not JSON",
    ],
    [
      "an edge to nowhere",
      { nodes: [{ id: "b", type: "end" }], edges: [{ id: "e", source: "b", target: "c" }] },
      "Edge 'e' leads to an unknown node 'c'",
    ],
    [
      "a handle of a type without handles",
      { startNodeId: "b", nodes: [{ id: "b", type: "end" }], edges: [{ ...edges[0], source: "b" }] },
      "which its type 'end' does not declare",
    ],
    ["no nodes", { nodes: [] }, "The definition has no nodes"],
  ])("refuses %s at run time too", (_name, definition, message) => {
    expect(() => defineWorkflow(untyped, { id: "d", edges: [], ...definition })).toThrow(message);
  });
});
