import { beforeEach, describe, expect, test, vi } from "vitest";
import { DefinitionCatalog } from "../../src/dispatcher/index.ts";
import { type NodeDefinition, WorkflowEngine } from "../../src/engine/index.ts";
import { CompiledTexts, ExpressionEngine } from "../../src/expressions/index.ts";
import { MemoryWorkflowStore } from "../../src/platforms/memory/index.ts";

const parsed = vi.hoisted((): string[] => []);

// Counts what JSONata itself is asked to parse.
vi.mock("jsonata", async (importOriginal) => {
  const { default: jsonata } = await importOriginal<{ default: (source: string, options: object) => unknown }>();
  return {
    default: (source: string, options: object) => {
      parsed.push(source);
      return jsonata(source, options);
    },
  };
});

const echo: NodeDefinition = { executor: async (data) => ({ data }) };

const definition = (data: unknown) => ({
  id: "d",
  nodes: [
    { id: "first", type: "echo", data: {} },
    { id: "second", type: "echo", data },
  ],
  edges: [{ id: "e", source: "first", target: "second" }],
});

const options = () => ({
  nodeDefinitions: { echo },
  transformEngines: [new ExpressionEngine({ clock: () => 0 })],
});

beforeEach(() => {
  parsed.length = 0;
});

describe("a definition that loads", () => {
  test("is refused for every expression that cannot be compiled, by node, path and JSONata's position", () => {
    const data = { to: "{% input.(name %}", lines: ["ok {% 1 %}", "{% $typo %}"], text: "{% never ends" };
    const load = () => new DefinitionCatalog(new MemoryWorkflowStore(), [definition(data)], options());
    expect(load).toThrow(
      expect.objectContaining({
        code: "definition.invalid",
        message:
          "Node 'second': data.to: {% input.(name %}: S0203: Expected \")\" before end of expression (at character 11); " +
          "Node 'second': data.lines[1]: {% $typo %}: nothing binds $typo; " +
          "Node 'second': data.text: {% never ends: the {% at character 0 has no closing %}",
      }),
    );
  });

  test("validateWorkflow finds the same", async () => {
    const engine = new WorkflowEngine({ workflow: definition({ a: "{% ) %}" }), ...options() });
    await expect(engine.validateWorkflow()).rejects.toThrow("Node 'second': data.a: {% ) %}: S0211");
  });

  test("compiles each expression once for all engines that share their texts", () => {
    const texts = new CompiledTexts();
    for (const _engine of [1, 2]) {
      const transformEngines = [new ExpressionEngine({ clock: () => 0, texts })];
      new DefinitionCatalog(new MemoryWorkflowStore(), [definition({ a: "{% input.a %}" })], {
        ...options(),
        transformEngines,
      });
    }
    expect(parsed).toEqual(["input.a"]);
  });

  test("compiles each expression once, however many steps run it", async () => {
    const data = { a: "{% input.n %}", b: ["{% input.n + 1 %}", "{% input.n %}"] };
    const catalog = new DefinitionCatalog(new MemoryWorkflowStore(), [definition(data)], options());
    expect(parsed.toSorted()).toEqual(["input.n", "input.n + 1"]);
    const engine = catalog.current("d")?.engine;
    for (let run = 0; run < 5; run++) {
      const snapshot = engine?.createInitialSnapshot(`w${run}`, "second", { n: run, text: "{% 1 + 1 %}" });
      const after = snapshot && (await engine?.executeStep(snapshot));
      expect(after?.context["second"]?.[0]?.output).toEqual({ a: run, b: [run + 1, run] });
    }
    expect(parsed.filter((source) => source.startsWith("input."))).toHaveLength(2);
    expect(parsed).not.toContain("1 + 1");
  });
});

test("a stored definition loads with its problems, and the node that has one fails for good", async () => {
  const store = new MemoryWorkflowStore();
  const json = JSON.stringify(definition({ a: "{% ) %}" }));
  await store.putDefinition("0123", json);
  const { engine } = await new DefinitionCatalog(store, [], options()).resolve("d", "0123");
  const first = await engine.executeStep(engine.createInitialSnapshot("w", "first"));
  const second = await engine.executeStep(first);
  expect(second.status).toBe("failed");
  expect(second.metadata["failedReason"]).toContain("Node 'second': data.a: {% ) %}: S0211");
});
