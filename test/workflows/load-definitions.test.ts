import { describe, expect, test } from "vitest";
import { checkBindings, loadDefinitions } from "../../src/workflows/load-definitions.ts";

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
