import { describe, expect, test } from "vitest";
import { parseWorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { DefinitionCatalog } from "../../src/dispatcher/definition-catalog.ts";
import { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";

const node = { id: "n", type: "t", data: { a: [1] } };
const definition = { id: "d", nodes: [node], edges: [] };

describe("parseWorkflowDefinition", () => {
  test("keeps every field of a full definition", () => {
    const full = {
      id: "d",
      startNodeId: "n",
      nodes: [
        { ...node, metadata: { note: "x" } },
        { ...node, id: "m" },
      ],
      edges: [{ id: "e", source: "n", target: "m", sourceHandle: "yes" }],
      maxSteps: 5,
      longestDurationMs: 60_000,
    };
    expect(parseWorkflowDefinition(full)).toEqual(full);
  });

  test("a node without data gets an empty object", () => {
    const { nodes } = parseWorkflowDefinition({ ...definition, nodes: [{ id: "n", type: "t" }] });
    expect(nodes).toEqual([{ id: "n", type: "t", data: {} }]);
  });

  test("drops the $schema that editors read, so that the content hash is the same with it and without", () => {
    const catalogOf = (json: unknown) =>
      new DefinitionCatalog(new MemoryWorkflowStore(), [parseWorkflowDefinition(json)], {
        nodeDefinitions: { t: { executor: async (data) => ({ data }) } },
      });
    const given = { $schema: "./workflow-definition.schema.json", ...definition };
    expect(parseWorkflowDefinition(given)).toEqual(definition);
    expect(catalogOf(given).current("d")?.hash).toBe(catalogOf(definition).current("d")?.hash);
    expect(() => parseWorkflowDefinition({ ...definition, $schema: 5 }, "file.json")).toThrow("file.json.$schema");
  });

  test.each([
    [{ ...definition, id: "a b" }, "file.json.id: must be 1 to 64 characters"],
    [{ ...definition, nodes: [{ ...node, id: "constructor" }] }, "file.json.nodes.0.id: is a reserved name"],
    [{ ...definition, edges: [{ id: "e", source: "n" }] }, "file.json.edges.0.target: Invalid key"],
    [{ ...definition, maxstep: 3 }, "file.json.maxstep: is not a known field"],
    [{ ...definition, maxSteps: 0 }, "file.json.maxSteps: Invalid value"],
    [{ ...definition, longestDurationMs: 367 * 86_400_000 }, "file.json.longestDurationMs: must be at most 366 days"],
    [{ ...definition, nodes: [{ ...node, data: JSON.parse('{"__proto__":1}') }] }, "__proto__"],
    ["text", "file.json: Invalid type"],
  ])("definition %# is refused with the path and the reason", (json, message) => {
    expect(() => parseWorkflowDefinition(json, "file.json")).toThrow(message);
  });
});
