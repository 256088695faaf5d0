import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { assertValidDefinition, type NodesDefinition, type StandardSchemaV1 } from "../../src/engine/index.ts";
import { echo } from "./engine-under-test.ts";

const Data = v.strictObject({ limit: v.number(), list: v.exactOptional(v.array(v.object({ name: v.string() }))) });

function problemOf(data: unknown, input: StandardSchemaV1 = Data): string {
  const nodeDefinitions: NodesDefinition = { typed: { ...echo, metadata: { input } } };
  try {
    assertValidDefinition({ id: "d", nodes: [{ id: "a", type: "typed", data }], edges: [] }, nodeDefinitions);
  } catch (error) {
    expect(error).toMatchObject({ code: "definition.invalid", isRetryable: false });
    return error instanceof Error ? error.message : "";
  }
  return "valid";
}

/** A schema of another library, with this `validate`. */
const schemaOf = (validate: StandardSchemaV1["~standard"]["validate"]): StandardSchemaV1 => ({
  "~standard": { version: 1, vendor: "test", validate },
});

describe("the data of a node, when its definition is checked", () => {
  it("is accepted when it fits, or when its type has no schema", () => {
    expect(problemOf({ limit: 5, list: [{ name: "x" }] })).toBe("valid");
    expect(() =>
      assertValidDefinition({ id: "d", nodes: [{ id: "a", type: "echo", data: 5 }], edges: [] }, { echo }),
    ).not.toThrow();
  });

  it("is refused with the node, the type, and every path and reason", () => {
    expect(problemOf({ limit: "5", list: [{ name: "x" }, { name: 7 }] })).toMatch(
      /^Node 'a' has data that its type 'typed' refuses: limit: Invalid type.*; Node 'a' .*: list\.1\.name: Invalid type/,
    );
    expect(problemOf("text")).toContain("refuses: Invalid type");
    expect(problemOf({ limit: 1, limits: 2 })).toContain("limits: Invalid key");
  });

  it("is judged beside its expressions, wherever none stands", () => {
    expect(problemOf({ limit: "{% input.limit %}", limits: 2 })).toContain("limits: Invalid key");
    expect(problemOf({ limit: "{% input.limit %}", list: 7 })).toContain("list: Invalid type");
    expect(problemOf({ list: ["{% input.item %}"] })).toContain("limit: Invalid key");
    expect(problemOf({ limit: 1, list: [{ name: "{% input.name %}" }, {}] })).toMatch(
      /list\.1\.name: Invalid key[^;]*$/,
    );
    const either = v.union([v.strictObject({ a: v.number() }), v.strictObject({ b: v.number() })]);
    expect(problemOf({ a: "{% input.a %}" }, either)).toBe("valid");
    expect(problemOf("text {% input.a %}", either)).toBe("valid");
  });

  it("is not judged where an expression stands, since nobody knows its value yet", () => {
    expect(problemOf({ limit: "{% input.limit %}" })).toBe("valid");
    expect(problemOf({ limit: 1, list: [{ name: "{%input.name%}" }] })).toBe("valid");
    expect(problemOf("{% input %}")).toBe("valid");
    expect(problemOf({ limit: 1, list: [{ name: "Item {% input.name %}!" }] })).toBe("valid");
    expect(problemOf({ limit: "{% without an end" })).toContain("limit: Invalid type");
  });

  it("is not judged by a schema that answers later, or that throws", async () => {
    expect(problemOf({}, v.objectAsync({ limit: v.number() }))).toBe("valid");
    expect(
      problemOf(
        {},
        schemaOf(() => Promise.reject(new Error("no network"))),
      ),
    ).toBe("valid");
    const throwing = schemaOf(() => {
      throw new Error("a bug");
    });
    expect(problemOf({}, throwing)).toBe("valid");
  });

  it("is judged only once the graph holds together", () => {
    const nodeDefinitions: NodesDefinition = { typed: { ...echo, metadata: { input: Data } } };
    const nodes = [{ id: "a", type: "typed", data: {} }];
    const edges = [{ id: "e", source: "a", target: "b" }];
    expect(() => assertValidDefinition({ id: "d", nodes, edges }, nodeDefinitions)).toThrow(
      /^Edge 'e' leads to an unknown node 'b'$/,
    );
  });
});
