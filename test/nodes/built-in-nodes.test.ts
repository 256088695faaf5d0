import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { inputSchemaOf, outputSchemaOf } from "../../scripts/workflow-schema/node-schemas.ts";
import type { NodesDefinition } from "../../src/engine/index.ts";
import { nodes as builtIn } from "../../src/nodes/index.ts";
import { MapResult } from "../../src/nodes/map.ts";
import { ParallelResult } from "../../src/nodes/parallel.ts";

/** Any type by its name. */
const nodes: NodesDefinition = builtIn;

/** They result in what their data says, or in nothing. */
const open = ["fail", "transform"];

describe.each(Object.entries(nodes))("the built-in type %s", (type, { metadata, handles }) => {
  test("tells editors what it does and what each field is", () => {
    expect(metadata?.description).toMatch(/^[A-Z].*\.$/);
    const schema: { anyOf?: object[] } = Object(metadata?.input && inputSchemaOf(metadata.input));
    const fields = (schema.anyOf ?? [schema]).flatMap((variant) => Object.entries(Object(variant).properties));
    expect(fields.filter(([, field]) => Object(field).description === undefined)).toEqual([]);
  });

  test("has handles that the compiler and the engine know", () => {
    expect(handles).toBeDefined();
  });

  test("says what it results in, so that the lint can check who reads it", () => {
    const known = metadata?.output && outputSchemaOf(metadata.output);
    expect(known === undefined).toBe(open.includes(type));
  });
});

describe("what children resulted in", () => {
  test("is handed on as it is: nothing of it is checked, copied or left out", () => {
    const results = [{ index: 0, workflowId: "w", status: "completed" as const, output: { constructor: 1 } }];
    const mapped = v.parse(MapResult, { count: 1, failed: 0, results });
    expect("results" in mapped && mapped.results).toBe(results);
    const resultObjects = [{ key: "k", first: 0, count: 1, sizeBytes: 9 }];
    const stored = v.parse(MapResult, { count: 1, failed: 0, resultObjects });
    expect("resultObjects" in stored && stored.resultObjects).toBe(resultObjects);
    const branches = { constructor: { workflowId: "w", status: "completed" as const } };
    expect(v.parse(ParallelResult, { failed: 0, branches }).branches).toBe(branches);
  });
});
