import { fileURLToPath } from "node:url";
import {
  loadTemplate,
  type TemplateResource,
  type TemplateValue,
} from "../../src/platforms/local/template/load-template.ts";

export const template = loadTemplate(fileURLToPath(new URL("../../template.yaml", import.meta.url)));

/** The resource with this logical id; throws when the template has none. */
export function resource(logicalId: string): TemplateResource {
  const found = template.Resources[logicalId];
  if (found === undefined) throw new Error(`template.yaml has no resource ${logicalId}`);
  return found;
}

/** The value at a path of keys and indexes, or undefined. */
export function at(value: TemplateValue | undefined, ...path: readonly (string | number)[]): TemplateValue | undefined {
  return path.reduce<TemplateValue | undefined>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return new Map<string, TemplateValue>(Object.entries(inner)).get(String(key));
  }, value);
}

/** The property of a resource at a path. */
export function property(logicalId: string, ...path: readonly (string | number)[]): TemplateValue | undefined {
  return at(resource(logicalId).Properties, ...path);
}

/** The logical ids of the resources of one type. */
export function idsOfType(type: string): readonly string[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId]) => logicalId);
}

/** A list, or one item as a list; nothing is an empty list. */
export function asList(value: TemplateValue | undefined): readonly TemplateValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The long form of `!GetAtt <logicalId>.Arn`. */
export function arnOf(logicalId: string): TemplateValue {
  return { "Fn::GetAtt": [logicalId, "Arn"] };
}

export const functionIds = ["DispatcherFunction", "ApiFunction", "SweeperFunction"] as const;
