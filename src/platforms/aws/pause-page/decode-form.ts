import { ParseError } from "../../../contracts/parse-error.ts";
import { parseJson } from "../../../contracts/parse-json.ts";
import type { FormFields } from "../../../contracts/parsed-event.ts";
import type { Form, FormField } from "./form-fields.ts";

/** What is wrong with a field, or without a name, with the whole. */
export interface FieldProblem {
  readonly name?: string;
  readonly message: string;
}

/** The texts of a form that was sent, by name. */
export type FormValues = ReadonlyMap<string, string>;

/** A payload, or why there is none. */
export type DecodedForm =
  | { readonly type: "payload"; readonly payload: unknown }
  | { readonly type: "problems"; readonly problems: readonly FieldProblem[] };

type DecodedField = { readonly value: unknown } | { readonly problem: string } | undefined;

/** The texts by name; of several the first, and lines end as they do in JSON. */
export function formValues(fields: FormFields): FormValues {
  return new Map(fields.toReversed().map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]));
}

/** Makes the payload that a form's texts stand for; a field that is left empty is left out unless it is required. */
export function decodeForm({ isWhole, fields }: Form, values: FormValues): DecodedForm {
  const decoded = fields.map((field) => ({ field, result: decodeField(field, values.get(field.name) ?? "") }));
  const problems = decoded.flatMap(({ field: { name }, result }) =>
    result !== undefined && "problem" in result ? [{ name, message: result.problem }] : [],
  );
  if (problems.length > 0) return { type: "problems", problems };
  const entries = decoded.flatMap(({ field: { name }, result }) =>
    result !== undefined && "value" in result ? [[name, result.value] as const] : [],
  );
  // fromEntries defines own properties, so no name can reach a prototype (I17).
  return { type: "payload", payload: isWhole ? entries[0]?.[1] : Object.fromEntries(entries) };
}

function decodeField(field: FormField, text: string): DecodedField {
  if (text.trim() === "" && field.type !== "text") return field.isRequired ? missing(field) : undefined;
  switch (field.type) {
    case "boolean":
      return text === "true" || text === "false" ? { value: text === "true" } : missing(field);
    case "text":
      if (text !== "") return { value: text };
      if (field.isRequired) return field.minLength > 0 ? missing(field) : { value: "" };
      return undefined;
    case "number": {
      const value = Number(text);
      return Number.isFinite(value) ? { value } : { problem: "must be a number" };
    }
    case "choice":
      return field.options.find((option) => option.text === text) ?? missing(field);
    case "json":
      return decodeJson(text);
  }
}

function missing({ type }: FormField): DecodedField {
  return { problem: type === "boolean" || type === "choice" ? "choose one" : "fill this in" };
}

function decodeJson(text: string): DecodedField {
  try {
    return { value: parseJson(text, "$") };
  } catch (error) {
    if (error instanceof ParseError) return { problem: error.reason };
    throw error;
  }
}
