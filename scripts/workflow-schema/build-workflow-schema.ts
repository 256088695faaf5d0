import { toJsonSchema } from "@valibot/to-json-schema";
import { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodeDefinition, NodesDefinition } from "../../src/engine/index.ts";
import { descriptions } from "./descriptions.ts";
import { expressibleSchema, expressionName, templateName } from "./expressible-schema.ts";
import { inputSchemaOf, type KnownSchema } from "./node-schemas.ts";

/**
 * The JSON Schema (draft 2020-12) of a definition file: the contract, and for each node type what its data must be. It
 * judges one node or edge at a time; what holds between them is for `npm run lint:workflows`.
 */
export function buildWorkflowSchema(nodeTypes: NodesDefinition): KnownSchema {
  const types = Object.entries(nodeTypes).sort(([a], [b]) => (a < b ? -1 : 1));
  const { $schema, ...contract } = toJsonSchema(WorkflowDefinition, {
    target: "draft-2020-12",
    typeMode: "input",
    ignoreActions: ["check", "readonly"],
  });
  return {
    $schema,
    title: "Workflow definition",
    ...change({ ...contract }, [], (schema, path) => ({
      ...schema,
      ...describe(path),
      ...(path.join(".") === "nodes.*" && { allOf: types.map(([type, definition]) => dataRule(type, definition)) }),
      ...(path.join(".") === "nodes.*.type" && { anyOf: types.map(([type, { metadata }]) => named(type, metadata)) }),
    })),
    $defs: {
      [expressionName]: {
        type: "string",
        pattern: "^\\s*\\{%[\\s\\S]*%\\}\\s*$",
        description:
          "JSONata over `input`, `nodes.<id>.last`, `.all` and `.error`, `workflow`, `globals`, `error`, `compensates`.",
      },
      [templateName]: {
        type: "string",
        pattern: "\\{%[\\s\\S]*%\\}",
        description: "A text with expressions in it: `Order {% input.orderId %}`.",
      },
      ...Object.fromEntries(types.map(([type, definition]) => [type, dataSchemaOf(type, definition)])),
    },
  };
}

function describe(path: readonly string[]): KnownSchema {
  const description = descriptions[path.join(".")];
  return description === undefined ? {} : { description };
}

function named(type: string, metadata: NodeDefinition["metadata"]): KnownSchema {
  return { const: type, ...(metadata?.description !== undefined && { description: metadata.description }) };
}

/** Nodes of this type have this data. */
function dataRule(type: string, { metadata }: NodeDefinition): KnownSchema {
  const isNeeded = metadata?.input !== undefined && refusesNoData(metadata.input);
  return {
    if: { properties: { type: { const: type } }, required: ["type"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: { data: { $ref: `#/$defs/${type}` } }, ...(isNeeded && { required: ["data"] }) },
  };
}

/** Whether a schema refuses the empty object, which the contract gives to a node without data. */
function refusesNoData(schema: NonNullable<NonNullable<NodeDefinition["metadata"]>["input"]>): boolean {
  const result = schema["~standard"].validate({});
  return !(result instanceof Promise) && result.issues !== undefined;
}

function dataSchemaOf(type: string, { metadata }: NodeDefinition): unknown {
  const schema = metadata?.input === undefined ? undefined : inputSchemaOf(metadata.input);
  const description = metadata?.description;
  const notes = description === undefined ? {} : { description };
  return { ...notes, ...Object(expressibleSchema(schema ?? {}, `#/$defs/${type}/$defs/`)) };
}

/** Changes every schema in one by where its value stands. */
function change(
  schema: KnownSchema,
  path: readonly string[],
  by: (schema: KnownSchema, path: readonly string[]) => KnownSchema,
): KnownSchema {
  const { properties, items } = schema;
  const changed = {
    ...schema,
    ...(isSchema(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [
          name,
          isSchema(value) ? change(value, [...path, name], by) : value,
        ]),
      ),
    }),
    ...(isSchema(items) && { items: change(items, [...path, "*"], by) }),
  };
  return by(changed, path);
}

function isSchema(value: unknown): value is KnownSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
