import { describe, expect, test } from "vitest";
import type { WorkflowDefinition } from "../../src/engine/index.ts";
import { LazyExpressionEngine } from "../../src/expressions/lazy-expression-engine.ts";

const engine = new LazyExpressionEngine({ clock: () => 0 });
const nodeDefinitions = { echo: { executor: async (data: unknown) => ({ data }) } };
const definition = (data: unknown): WorkflowDefinition => ({
  id: "d",
  nodes: [{ id: "n", type: "echo", data }],
  edges: [],
});

describe("an expression engine that is loaded when it is needed", () => {
  test("gives data without expressions back as it is, and at once", () => {
    const data = { a: [1, "b"] };
    expect(engine.transform(data, {})).toBe(data);
  });

  test("evaluates as the engine does", async () => {
    expect(await engine.transform({ sum: "{% 1 + 2 %}", text: "is {% 3 %}" }, {})).toEqual({ sum: 3, text: "is 3" });
    await expect(engine.transform({ a: "{% $error('no') %}" }, {})).rejects.toMatchObject({
      code: "expression.failed",
    });
  });

  test("refuses a definition whose expressions do not compile, with every problem", async () => {
    const bad = definition({ a: "{% ) %}", b: "{% $typo %}" });
    await expect(engine.check(bad, nodeDefinitions)).rejects.toMatchObject({
      code: "definition.invalid",
      message: expect.stringMatching(/data\.a: .*S0211.*data\.b: .*nothing binds \$typo/),
    });
    await engine.check(definition({ a: "{% 1 %}" }), nodeDefinitions);
  });

  test("has nothing to check in a definition without expressions", async () => {
    await engine.check(definition({ a: 1 }), {});
  });
});
