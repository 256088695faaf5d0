import { describe, expect, test } from "vitest";
import { checkBindings, checkChildren, loadDefinitions } from "../../src/workflows/load-definitions.ts";

const valid = { id: "a", nodes: [{ id: "n", type: "approval", data: { title: "t" } }], edges: [] };

describe("loadDefinitions", () => {
  test("keeps a valid definition as it is", () => {
    expect(loadDefinitions({ a: valid })).toEqual([valid]);
  });

  test("two definitions with one id are refused", () => {
    expect(() => loadDefinitions({ a: valid, b: valid })).toThrow('There are two workflow definitions with id "a".');
  });

  test("an invalid definition is refused with its entry, the path and the reason", () => {
    expect(() => loadDefinitions({ orders: { ...valid, nodes: [] } })).toThrow(
      "orders.nodes: must have at least one node",
    );
  });
});

describe("checkChildren", () => {
  const withNodes = (...nodes: readonly { readonly id: string; readonly type: string; readonly data: unknown }[]) => ({
    id: "parent",
    nodes,
    edges: [],
  });

  test.each([
    ["map", { definitionId: "a", items: [] }],
    ["map", { definitionId: "parent", items: [] }],
    ["sub-workflow", { definitionId: "{% input.definitionId %}" }],
    ["sub-workflow", "{% input %}"],
    ["parallel", { branches: { one: { definitionId: "a" }, two: "{% input.two %}" } }],
    ["parallel", { branches: "{% input.branches %}" }],
    ["own-type", { definitionId: "b" }],
  ])("a %s with %j names no unknown definition", (type, data) => {
    const definitions = [valid, withNodes({ id: "n", type, data })];
    expect(checkChildren(definitions)).toBe(definitions);
  });

  test.each([
    ["map", { definitionId: "b", items: "{% input.rows %}" }],
    ["sub-workflow", { definitionId: "b", mode: "detached" }],
    ["parallel", { branches: { one: { definitionId: "a" }, two: { definitionId: "b", input: "{% input %}" } } }],
  ])("a %s with %j is refused", (type, data) => {
    expect(() => checkChildren([valid, withNodes({ id: "n", type, data })])).toThrow(
      expect.objectContaining({
        code: "workflows.unknown-definition",
        message: 'Node "n" of "parent" starts "b": there is no such workflow definition.',
      }),
    );
  });

  test("every unknown definition is told at once", () => {
    const child = (id: string) => ({ id, type: "sub-workflow", data: { definitionId: id } });
    expect(() => checkChildren([withNodes(child("b"), child("c"))])).toThrow(
      'Node "b" of "parent" starts "b"; Node "c" of "parent" starts "c": there is no such workflow definition.',
    );
  });
});

describe("checkBindings", () => {
  test("bindings to known definitions are kept", () => {
    const bindings = { objectCreated: [{ keySuffix: ".csv", definitionId: "a" }], schedules: [] };
    expect(checkBindings(bindings, [valid])).toBe(bindings);
  });

  test.each([
    { objectCreated: [{ definitionId: "b" }], schedules: [] },
    { objectCreated: [], schedules: [{ rule: "r", definitionId: "b" }] },
  ])("binding %# to an unknown definition is refused", (bindings) => {
    expect(() => checkBindings(bindings, [valid])).toThrow('A trigger starts "b", and there is no such workflow');
  });
});
