import type { KnownSchema } from "../workflow-schema/node-schemas.ts";

/** Some alternatives that a value may have, without their references, and the schema that has the definitions. */
export interface RootedSchema {
  readonly root: KnownSchema;
  readonly alternatives: readonly KnownSchema[];
}

/** A part of a schema: its references followed, its alternatives side by side. */
export function rootedIn(root: KnownSchema, schema: unknown): RootedSchema {
  return { root, alternatives: alternativesOf(root, schema, 0) };
}

/** Schemas that refer to themselves end there: nothing is known of what is deeper. */
const deepest = 20;

function alternativesOf(root: KnownSchema, schema: unknown, depth: number): readonly KnownSchema[] {
  if (!isSchema(schema) || depth > deepest) return [{}];
  const { $ref, anyOf, oneOf } = schema;
  if (typeof $ref === "string") return alternativesOf(root, definitionOf(root, $ref), depth + 1);
  const several = anyOf ?? oneOf;
  return Array.isArray(several) ? several.flatMap((one) => alternativesOf(root, one, depth + 1)) : [schema];
}

function definitionOf({ $defs }: KnownSchema, reference: string): unknown {
  return isSchema($defs) ? $defs[reference.replace("#/$defs/", "")] : undefined;
}

/** The schema of a field: `missing` when no alternative can have it, `unknown` when one may. Of a list, of its items. */
export function fieldOf({ root, alternatives }: RootedSchema, field: string): RootedSchema | "missing" | "unknown" {
  const found = alternatives.map((schema) => fieldOfOne(root, schema, field));
  if (found.includes("unknown")) return "unknown";
  const schemas = found.flatMap((one) => (typeof one === "object" ? one.alternatives : []));
  return schemas.length === 0 ? "missing" : { root, alternatives: schemas };
}

function fieldOfOne(root: KnownSchema, schema: KnownSchema, field: string): RootedSchema | "missing" | "unknown" {
  const { type, properties, items, additionalProperties, allOf } = schema;
  if (allOf !== undefined || typeof type !== "string") return "unknown";
  if (type === "array") return isSchema(items) ? listed(fieldOf(rootedIn(root, items), field)) : "unknown";
  if (type !== "object") return "missing";
  if (isSchema(properties) && Object.hasOwn(properties, field)) return rootedIn(root, properties[field]);
  return additionalProperties === false ? "missing" : "unknown";
}

/** JSONata makes a list of what it finds in the items of one, or no list when it is one value: its type is open. */
function listed(found: ReturnType<typeof fieldOf>): ReturnType<typeof fieldOf> {
  return found === "missing" ? "missing" : "unknown";
}

/** The names of the fields that the alternatives have. */
export function fieldsOf({ alternatives }: RootedSchema): readonly string[] {
  const names = alternatives.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : []));
  return [...new Set(names)];
}

/** The JSON types that a value may have (`number` for whole ones too); undefined when one of them is not said. */
export function jsonTypesOf({ alternatives }: RootedSchema): readonly string[] | undefined {
  const types = alternatives.map((schema) => typeOfOne(schema));
  const known = types.flatMap((type) => (type === undefined ? [] : [type === "integer" ? "number" : type]));
  return known.length === types.length ? [...new Set(known)] : undefined;
}

function typeOfOne({ type, const: only }: KnownSchema): string | undefined {
  if (typeof type === "string") return type;
  return ["string", "number", "boolean"].includes(typeof only) ? typeof only : undefined;
}

function isSchema(value: unknown): value is KnownSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
