import { fileURLToPath } from "node:url";
import type { Application } from "../../src/platforms/local/template/application.ts";
import {
  loadTemplate,
  type TemplateResource,
  type TemplateValue,
} from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import { TemplateResolver } from "../../src/platforms/local/template/template-resolver.ts";

const localEndpoints = { sqsEndpoint: "http://127.0.0.1:4566", httpEndpoint: "http://127.0.0.1:3000" };

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

/** Parameters that a test gives in place of the template's defaults. */
export type GivenParameters = Readonly<Record<string, string>>;

/** A value with every intrinsic function replaced by what it gives in the local runtime's stack. */
export function resolved(value: TemplateValue | undefined, parameters: GivenParameters = {}): TemplateValue {
  return new TemplateResolver(template, localEndpoints, parameters).resolve(value ?? null);
}

/** What the local runtime would play of this template. */
export function application(parameters: GivenParameters = {}): Application {
  return readApplication(template, localEndpoints, parameters);
}

/** A value as it is written, but for its conditions: each `Fn::If` gives way to its branch, and AWS::NoValue to nothing. */
export function chosen(value: TemplateValue | undefined, parameters: GivenParameters = {}): TemplateValue | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.flatMap((item) => chosen(item, parameters) ?? []);
  const choice = asList(at(value, "Fn::If"));
  if (choice.length === 3) {
    const resolver = new TemplateResolver(template, localEndpoints, parameters);
    return chosen(choice[resolver.isTrue(String(choice[0])) ? 1 : 2], parameters);
  }
  if (at(value, "Ref") === "AWS::NoValue") return undefined;
  const kept = Object.entries(value).map(([key, item]) => [key, chosen(item, parameters)] as const);
  return Object.fromEntries(kept.flatMap(([key, item]) => (item === undefined ? [] : [[key, item] as const])));
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
