import { type ConversionConfig, type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { StandardSchemaV1 } from "../../src/engine/index.ts";

/** A JSON Schema, as far as anything is known of it. */
export type KnownSchema = Readonly<Record<string, unknown>>;

const target = "draft-2020-12";

/** Checks narrow a value without changing its type: JSON Schema has no word for them, and needs none. */
const ignoreActions = [
  "check",
  "raw_check",
  "partial_check",
  "check_items",
  "max_bytes",
  "min_bytes",
  "readonly",
  "trim",
];

const inputConfig: ConversionConfig = {
  typeMode: "input",
  errorMode: "ignore",
  ignoreActions,
  // `wholeRecord` (src/nodes/record-of.ts) checks in code, and says what it stands for.
  overrideSchema: ({ valibotSchema }) =>
    isWholeRecord(valibotSchema)
      ? withoutDialect(toJsonSchema(valibotSchema.record, { target, ...inputConfig }))
      : undefined,
};

/** What a schema takes; undefined where its library does not say, or JSON Schema cannot. */
export function inputSchemaOf(schema: StandardSchemaV1): KnownSchema | undefined {
  return convert(schema, "input", inputConfig);
}

/** What a schema yields: without the fields that an object drops. Undefined where its library does not say, or JSON Schema cannot. */
export function outputSchemaOf(schema: StandardSchemaV1): KnownSchema | undefined {
  return convert(schema, "output", {
    typeMode: "output",
    errorMode: "throw",
    ignoreActions,
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      // A check in code alone: nothing is known of this part, and the others still are.
      if (valibotSchema.type === "custom") return {};
      return valibotSchema.type === "object" ? { ...jsonSchema, additionalProperties: false } : undefined;
    },
  });
}

function isWholeRecord(schema: object): schema is { readonly record: v.GenericSchema } {
  return "record" in schema;
}

function convert(
  schema: StandardSchemaV1,
  side: "input" | "output",
  config: ConversionConfig,
): KnownSchema | undefined {
  const { jsonSchema, vendor } = schema["~standard"];
  try {
    if (jsonSchema !== undefined) return jsonSchema[side]?.({ target });
    // A cast: the vendor's name is all by which a Standard Schema tells what else it is.
    if (vendor === "valibot") return withoutDialect(toJsonSchema(schema as v.GenericSchema, { target, ...config }));
  } catch {
    // Both throw for what JSON Schema does not have; what is not known is not judged.
  }
  return undefined;
}

function withoutDialect({ $schema, ...schema }: JsonSchema): KnownSchema {
  return { ...schema };
}
