import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";
import type { TemplateValue } from "./load-template.ts";
import type { TemplateResolver } from "./template-resolver.ts";

/** A count or a duration; a parameter gives it as text. */
export const Count = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.safeInteger());

/** A flag; a parameter gives it as text. */
export const Flag = v.pipe(
  v.union([v.boolean(), v.picklist(["true", "false"])]),
  v.transform((value) => value === true || value === "true"),
);

/**
 * Resolves properties and checks the ones that are read here; others are left alone.
 * Throws a `RefluxoError` (`local.template-invalid`) that names the owner and the path.
 */
export function readProperties<TSchema extends v.GenericSchema>(
  owner: string,
  schema: TSchema,
  properties: TemplateValue,
  resolver: TemplateResolver,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, resolver.resolve(properties));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RefluxoError("local.template-invalid", `${owner}.${v.getDotPath(issue) ?? "Properties"}: ${issue.message}`);
}
