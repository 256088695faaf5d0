import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { CollectionTag } from "yaml";
import { parseDocument, type ScalarTag, YAMLMap, YAMLSeq } from "yaml";

/** Any value of a template, with its intrinsic functions in long form: `{ Ref }`, `{ "Fn::GetAtt": [id, attribute] }`, `{ "Fn::Sub": … }`. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

/** Properties and the like: values by name. */
export type TemplateValues = { readonly [key: string]: TemplateValue };

const TemplateValue: v.GenericSchema<TemplateValue> = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(TemplateValue), v.record(v.string(), TemplateValue)]),
);
const Values: v.GenericSchema<TemplateValues> = v.record(v.string(), TemplateValue);
const Section: v.GenericSchema<TemplateValues | undefined, TemplateValues> = v.optional(Values, {});

/** A parameter as declared in the template; further keywords (MinLength, NoEcho, …) are kept. */
export const TemplateParameter = v.looseObject({
  Type: v.string(),
  Default: v.optional(v.union([v.string(), v.number()])),
  Description: v.optional(v.string()),
  AllowedValues: v.optional(v.array(v.union([v.string(), v.number()]))),
  MinValue: v.optional(v.number()),
  MaxValue: v.optional(v.number()),
});
export type TemplateParameter = v.InferOutput<typeof TemplateParameter>;

/** A resource as declared in the template; `Properties` and `Metadata` are `{}` where the template has none. */
export const TemplateResource = v.looseObject({
  Type: v.string(),
  Properties: Section,
  Metadata: Section,
  Condition: v.optional(v.string()),
  DeletionPolicy: v.optional(TemplateValue),
  UpdateReplacePolicy: v.optional(TemplateValue),
});
export type TemplateResource = v.InferOutput<typeof TemplateResource>;

/** A CloudFormation or SAM template; a section that the file leaves out is `{}`. */
export const Template = v.looseObject({
  Metadata: Section,
  Parameters: v.optional(v.record(v.string(), TemplateParameter), {}),
  Mappings: Section,
  Conditions: Section,
  Rules: Section,
  Globals: Section,
  Resources: v.record(v.string(), TemplateResource),
  Outputs: v.optional(v.record(v.string(), Values), {}),
});
export type Template = v.InferOutput<typeof Template>;

/**
 * Reads a template file and writes its short-form intrinsics (`!Ref`, `!GetAtt`, `!Sub`, …) in long form; nothing is resolved.
 * Throws the file system's error, a YAMLParseError or a YAMLWarning (an unknown tag), or a ValiError when it is not a template.
 */
export function loadTemplate(path: string): Template {
  const document = parseDocument(readFileSync(path, "utf8"), { customTags: intrinsicTags });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return v.parse(Template, document.toJS());
}

/** The functions that CloudFormation lets a YAML template write as a tag. */
const functionNames = [
  ..."And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or".split(" "),
  ..."Select Split Sub ToJsonString Transform".split(" "),
];

const intrinsicTags: (ScalarTag | CollectionTag)[] = [
  ...["Ref", "Condition"].flatMap((name) => tagsOf(name, name)),
  ...functionNames.flatMap((name) => tagsOf(name, `Fn::${name}`)),
];

function tagsOf(name: string, key: string): (ScalarTag | CollectionTag)[] {
  const tag = `!${name}`;
  const wrap = (value: unknown) => {
    const map = new YAMLMap();
    map.set(key, value);
    return map;
  };
  return [
    { tag, resolve: (text) => ({ [key]: name === "GetAtt" ? splitAttribute(text) : text }) },
    { tag, collection: "seq", nodeClass: YAMLSeq, resolve: wrap },
    { tag, collection: "map", nodeClass: YAMLMap, resolve: wrap },
  ];
}

/** `Resource.Attribute` in the list form; an attribute's own dots (`Endpoint.Address`) stay with it. */
function splitAttribute(text: string): [string, string] {
  const dot = text.indexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}
