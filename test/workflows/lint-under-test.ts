import * as v from "valibot";
import type { Finding } from "../../scripts/lint-workflows/finding.ts";
import { lintDefinition } from "../../scripts/lint-workflows/lint-definition.ts";
import { defineNode, type NodesDefinition } from "../../src/engine/index.ts";

const executor = async () => ({ data: null });

/** An order, as an output: what a field of it may be is known to the lint. */
const Order = v.object({
  id: v.string(),
  total: v.number(),
  customer: v.object({ email: v.string() }),
  items: v.array(v.object({ sku: v.string() })),
});

/** Node types that the definitions of these tests use. */
export const lintedTypes: NodesDefinition = {
  any: { executor },
  step: defineNode({ executor }),
  order: { metadata: { output: Order }, executor },
  loose: { metadata: { output: v.looseObject({ id: v.string() }) }, executor },
  either: { metadata: { output: v.union([Order, v.object({ reasons: v.array(v.string()) })]) }, executor },
  partly: {
    metadata: { output: v.strictObject({ count: v.number(), rows: v.custom<object[]>(Array.isArray) }) },
    executor,
  },
  charge: {
    metadata: { input: v.strictObject({ amount: v.number(), note: v.exactOptional(v.string()) }) },
    executor,
  },
  ask: { metadata: { externalPayload: v.object({ approved: v.boolean() }) }, handles: ["yes", "no"], executor },
  choose: { handles: (data) => Object.keys(Object(data)), executor },
  wait: { executor },
  map: { executor },
  parallel: { executor },
  "sub-workflow": { executor },
};

/** An edge, named after what it connects. */
export const edge = (source: string, target: string, sourceHandle?: string) => ({
  id: `${source}-${target}-${sourceHandle ?? "default"}`,
  source,
  target,
  ...(sourceHandle !== undefined && { sourceHandle }),
});

/** Nodes in a chain: each is `[id, type, data?, more?]`, and the first leads to the second, … */
export function chain(...nodes: readonly (readonly [string, string, unknown?, object?])[]) {
  const ids = nodes.map(([id]) => id);
  return {
    id: "d",
    startNodeId: ids[0] ?? "",
    nodes: nodes.map(([id, type, data = {}, more = {}]) => ({ id, type, data, ...more })),
    edges: ids.slice(1).map((id, index) => edge(ids[index] ?? "", id)),
  };
}

/** What the lint finds in a definition, as its file in JSON, beside which there are definitions of these ids. */
export async function lint(definition: object, definitionIds?: readonly string[]): Promise<readonly Finding[]> {
  const text = JSON.stringify(definition, null, 2);
  return lintDefinition({ path: "d.json", text, value: JSON.parse(text) }, lintedTypes, definitionIds);
}

/** The same, as `rule: message`. */
export async function problems(definition: object): Promise<readonly string[]> {
  return (await lint(definition)).map(({ rule, message }) => `${rule}: ${message}`);
}
