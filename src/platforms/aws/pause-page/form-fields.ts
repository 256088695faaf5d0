import * as v from "valibot";
import type { JsonSchema } from "./to-json-schema.ts";

interface FieldBase {
  /** The property that it fills. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly isRequired: boolean;
}

/** One value of a choice. */
export interface ChoiceOption {
  /** What it is called, and what the form sends for it. */
  readonly text: string;
  readonly value: unknown;
}

/** One field of a form. */
export type FormField = FieldBase &
  (
    | { readonly type: "boolean" }
    | { readonly type: "text"; readonly input: string; readonly minLength: number; readonly maxLength?: number }
    | { readonly type: "number"; readonly isWhole: boolean; readonly minimum?: number; readonly maximum?: number }
    | { readonly type: "choice"; readonly options: readonly ChoiceOption[] }
    /** What has no field of its own kind: JSON as text. */
    | { readonly type: "json" }
  );

/** A form: a field for each property of the payload, or one for all of it. */
export interface Form {
  readonly isWhole: boolean;
  readonly fields: readonly FormField[];
}

const Property = v.object({
  type: v.fallback(v.optional(v.string()), undefined),
  title: v.fallback(v.optional(v.string()), undefined),
  description: v.fallback(v.optional(v.string()), undefined),
  format: v.fallback(v.optional(v.string()), undefined),
  enum: v.fallback(v.optional(v.array(v.unknown())), undefined),
  minLength: v.fallback(v.optional(v.number()), undefined),
  maxLength: v.fallback(v.optional(v.number()), undefined),
  minimum: v.fallback(v.optional(v.number()), undefined),
  maximum: v.fallback(v.optional(v.number()), undefined),
});
type Property = v.InferOutput<typeof Property>;

const ObjectSchema = v.object({
  type: v.literal("object"),
  properties: v.record(v.string(), v.record(v.string(), v.unknown())),
  required: v.optional(v.array(v.string()), []),
});

/** What asks for more than its properties say. */
const combining: readonly string[] = ["allOf", "anyOf", "oneOf", "$ref", "if", "patternProperties"];

const inputOfFormat: Readonly<Record<string, string>> = { email: "email", uri: "url", date: "date" };

const wholeForm: Form = {
  isWhole: true,
  fields: [{ type: "json", name: "payload", label: "Your answer, as JSON", isRequired: true }],
};

/** The form that asks for what a JSON Schema takes; without one, or for anything but an object, one field for JSON. */
export function formOf(schema: JsonSchema | undefined): Form {
  if (schema === undefined || combining.some((keyword) => keyword in schema)) return wholeForm;
  const result = v.safeParse(ObjectSchema, schema);
  if (!result.success) return wholeForm;
  const { properties, required } = result.output;
  // What it asks for without saying what it is.
  if (required.some((name) => !Object.hasOwn(properties, name))) return wholeForm;
  const fields = Object.entries(properties).map(([name, property]) => fieldOf(name, property, required.includes(name)));
  return { isWhole: false, fields };
}

function fieldOf(name: string, schema: JsonSchema, isRequired: boolean): FormField {
  const property = v.parse(Property, schema);
  const { title, description } = property;
  const base = {
    name,
    label: title ?? wordsOf(name),
    isRequired,
    ...(description !== undefined && { hint: description }),
  };
  const options = optionsOf(schema, property);
  if (options !== undefined) return { ...base, type: "choice", options };
  if (combining.some((keyword) => keyword in schema)) return { ...base, type: "json" };
  switch (property.type) {
    case "boolean":
      return { ...base, type: "boolean" };
    case "string":
      return { ...base, type: "text", ...textLimits(property) };
    case "number":
    case "integer":
      return { ...base, type: "number", isWhole: property.type === "integer", ...numberLimits(property) };
    default:
      return { ...base, type: "json" };
  }
}

/** The values of an enumeration; undefined when there is none, or when two of them would be sent alike. */
function optionsOf(schema: JsonSchema, property: Property): readonly ChoiceOption[] | undefined {
  const values = "const" in schema ? [schema["const"]] : property.enum;
  if (values === undefined) return undefined;
  const options = values.map((value) => ({ text: typeof value === "string" ? value : JSON.stringify(value), value }));
  return new Set(options.map(({ text }) => text)).size === options.length ? options : undefined;
}

function textLimits({ format = "", minLength = 0, maxLength }: Property) {
  const input = inputOfFormat[format] ?? "text";
  return { input, minLength, ...(maxLength !== undefined && { maxLength }) };
}

function numberLimits({ minimum, maximum }: Property) {
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** `orderNumber` → `Order number` */
function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
