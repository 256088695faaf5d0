import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { buildWorkflowSchema } from "../../scripts/workflow-schema/build-workflow-schema.ts";
import { descriptions } from "../../scripts/workflow-schema/descriptions.ts";
import { workflowSchemaFile, workflowSchemaText } from "../../scripts/workflow-schema.ts";
import * as definitions from "../../src/workflows/definitions.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";

const schema = buildWorkflowSchema(nodeDefinitions);
// Formats are for editors; the contract and the types' own schemas judge them.
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, validateFormats: false });
const validate = ajv.compile(schema);

const problemsOf = (definition: unknown) =>
  validate(definition) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
const withNode = (node: object) => ({ id: "d", nodes: [{ id: "a", type: "approval", ...node }], edges: [] });

describe("the JSON Schema of definitions", () => {
  test("is the file in the repository: npm run schema writes it", () => {
    expect(readFileSync(workflowSchemaFile, "utf8")).toBe(workflowSchemaText());
  });

  test.each(Object.entries(definitions))("takes %s, which names it", (_name, definition) => {
    expect(problemsOf(definition)).toEqual([]);
    expect(Object(definition)["$schema"]).toBe("./workflow-definition.schema.json");
  });

  test.each([
    [{ data: { title: "{% input.title %}" } }],
    [{ data: "{% input %}" }],
    [{ type: "wait", data: { durationMs: "{% input.hours * 3600000 %}" } }],
    [{ type: "wait", data: { until: "{% input.until %}" } }],
    [{ type: "notify-customer", data: { outcome: "{% input.outcome %}", orderFrom: "a" } }],
    [{ type: "notify-customer", data: { outcome: "rejected", orderFrom: "a" } }],
    [{ type: "validate-order" }],
    [{ data: { title: "T" }, pauseTimeoutMs: 5, compensate: "a" }],
  ])("takes node %j", (node) => {
    expect(problemsOf(withNode(node))).toEqual([]);
  });

  test.each([
    [{ data: { title: 5 } }, "/nodes/0/data/title"],
    [{ data: { title: "" } }, "/nodes/0/data/title"],
    [{ data: {} }, "/nodes/0/data"],
    [{}, "/nodes/0 must have required property 'data'"],
    [{ data: { title: "T", detailFrom: "a" } }, "must NOT have additional properties"],
    [{ data: "input" }, "/nodes/0/data"],
    [{ type: "aproval", data: { title: "T" } }, "/nodes/0/type"],
    [{ type: "wait", data: { durationMs: "soon" } }, "/nodes/0/data"],
    [{ type: "notify-customer", data: { outcome: "lost", orderFrom: "a" } }, "/nodes/0/data"],
    [{ data: { title: "T" }, timeout: 5 }, "/nodes/0 must NOT have additional properties"],
    [{ id: "a b", data: { title: "T" } }, "/nodes/0/id must match pattern"],
  ])("refuses node %j", (node, problem) => {
    expect(problemsOf(withNode(node)).join("\n")).toContain(problem);
  });

  test.each([
    [{ id: "d", nodes: [], edges: [] }, "/nodes must NOT have fewer than 1 items"],
    [{ id: "d", nodes: [{ id: "a", type: "validate-order" }] }, "must have required property 'edges'"],
    [{ id: "d", maxStep: 5, nodes: [{ id: "a", type: "validate-order" }], edges: [] }, "must NOT have additional"],
  ])("refuses definition %j", (definition, problem) => {
    expect(problemsOf(definition).join("\n")).toContain(problem);
  });

  test("describes every field of a definition, a node, an edge and a retry policy, and every type that says what it does", () => {
    const undescribed = fieldsOf(schema).filter((path) => !(path in descriptions) && path !== "$schema");
    expect(undescribed).toEqual([]);
    expect(Object.keys(descriptions).filter((path) => !fieldsOf(schema).includes(path))).toEqual([]);
    expect(schema["$defs"]).toMatchObject({ approval: { description: expect.stringContaining("person's decision") } });
  });

  test("of a type whose schema JSON Schema cannot say, takes any data", () => {
    const odd = { executor: async () => ({ data: null }), metadata: { input: Object({ "~standard": {} }) } };
    odd.metadata.input["~standard"] = { version: 1, vendor: "odd", validate: (value: unknown) => ({ value }) };
    const lenient = new Ajv2020({ strict: true, strictTypes: false }).compile(buildWorkflowSchema({ odd }));
    expect(lenient({ id: "d", nodes: [{ id: "a", type: "odd", data: 5 }], edges: [] })).toBe(true);
  });
});

/** The paths of all fields of the contract, as `descriptions` has them. */
function fieldsOf(value: unknown, path: readonly string[] = []): readonly string[] {
  const { properties = {}, items } = Object(value);
  return [
    ...Object.keys(properties).map((name) => [...path, name].join(".")),
    ...Object.entries(properties).flatMap(([name, field]) => fieldsOf(field, [...path, name])),
    ...(items === undefined ? [] : fieldsOf(items, [...path, "*"])),
  ];
}
