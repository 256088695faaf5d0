import type { KnownSchema } from "./node-schemas.ts";

/** The name under `$defs` of the schema of an expression. */
export const expressionName = "expression";

/** The name there of a text with expressions in it. */
export const templateName = "template";

const expression = { $ref: `#/$defs/${expressionName}` };
const template = { $ref: `#/$defs/${templateName}` };

/** Keywords with a schema for each name, in a list, or alone. */
const schemaMaps = ["properties", "patternProperties"];
const schemaLists = ["anyOf", "oneOf", "allOf"];
const valueLists = ["prefixItems"];
const values = ["items", "additionalProperties"];

/**
 * A JSON Schema that takes what another one takes, and an expression in place of any part of it. `refPrefix` is where
 * the definitions of the schema will stand (`#/$defs/approval/`).
 */
export function expressibleSchema(schema: unknown, refPrefix: string): unknown {
  if (!isSchema(schema) || Object.keys(schema).length === 0) return schema;
  const inside = insideOf(schema, refPrefix);
  const { title, description, ...rest } = inside;
  const notes = { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
  // What may be anything, or any text, may be an expression as well.
  const keywords = Object.keys(rest).filter((keyword) => keyword !== "default");
  const isOpen = keywords.every((keyword) => keyword === "type" && rest["type"] === "string");
  return isOpen ? inside : { ...notes, anyOf: [rest, rest["type"] === "string" ? template : expression] };
}

function insideOf(schema: KnownSchema, refPrefix: string): KnownSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      const inside = (item: unknown) => (isSchema(item) ? insideOf(item, refPrefix) : item);
      const whole = (item: unknown) => expressibleSchema(item, refPrefix);
      if (schemaMaps.includes(keyword) && isSchema(value)) return [keyword, mapValues(value, whole)];
      if (keyword === "$defs" && isSchema(value)) return [keyword, mapValues(value, inside)];
      // An expression in place of what tells variants apart fits several of them.
      if (keyword === "oneOf" && Array.isArray(value)) return ["anyOf", value.map(inside)];
      if (schemaLists.includes(keyword) && Array.isArray(value)) return [keyword, value.map(inside)];
      if (valueLists.includes(keyword) && Array.isArray(value)) return [keyword, value.map(whole)];
      if (values.includes(keyword)) return [keyword, whole(value)];
      if (keyword === "$ref" && typeof value === "string") return [keyword, value.replace("#/$defs/", refPrefix)];
      return [keyword, value];
    }),
  );
}

function mapValues(map: KnownSchema, change: (value: unknown) => unknown): KnownSchema {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function isSchema(value: unknown): value is KnownSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
