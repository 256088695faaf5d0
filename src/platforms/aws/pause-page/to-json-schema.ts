import { toJsonSchema as valibotToJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { StandardSchemaV1 } from "../../../engine/index.ts";

/** A JSON Schema, as far as anything is known of it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const target = "draft-2020-12";

/**
 * What a schema takes, as JSON Schema: by its own word where the library has the Standard JSON Schema interface, for valibot
 * by valibot's package, else undefined. Undefined as well for what JSON Schema cannot say.
 */
export function toJsonSchema(schema: StandardSchemaV1): JsonSchema | undefined {
  const { jsonSchema, vendor } = schema["~standard"];
  try {
    if (jsonSchema !== undefined) return jsonSchema.input({ target });
    // A cast: the vendor's name is all by which a Standard Schema tells what else it is.
    if (vendor === "valibot") return { ...valibotToJsonSchema(schema as v.GenericSchema, conversion) };
  } catch {
    // Both throw for a type that JSON Schema does not have; the page then asks for JSON as text.
  }
  return undefined;
}

/** Checks of its own are left to the schema itself, which judges every answer. */
const conversion = { target, typeMode: "input", errorMode: "ignore" } as const;
