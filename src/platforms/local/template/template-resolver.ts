import { RefluxoError } from "../../../engine/index.ts";
import { localAccountId, localRegion } from "../endpoints.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import type { Template, TemplateValue } from "./load-template.ts";
import {
  attributeOf,
  localStackName,
  type NamedResource,
  type NamingContext,
  nameProperties,
  refOf,
} from "./local-names.ts";

/** What `{ Ref: "AWS::NoValue" }` resolves to: the property or list entry that holds it is left out. */
const noValue = Symbol("AWS::NoValue");
type Resolved = TemplateValue | typeof noValue;

const pseudoParameters: Readonly<Record<string, TemplateValue>> = {
  "AWS::AccountId": localAccountId,
  "AWS::NotificationARNs": [],
  "AWS::Partition": "aws",
  "AWS::Region": localRegion,
  "AWS::StackId": `arn:aws:cloudformation:${localRegion}:${localAccountId}:stack/${localStackName}/00000000-0000-0000-0000-000000000000`,
  "AWS::StackName": localStackName,
  "AWS::URLSuffix": "amazonaws.com",
};

/**
 * Resolves the intrinsic functions of a template for this machine. Every method throws a `RefluxoError`
 * (`local.template-unsupported` or `local.template-invalid`) that names what it cannot resolve.
 */
export class TemplateResolver {
  readonly #template: Template;
  readonly context: NamingContext;
  readonly #parameters: Readonly<Record<string, string>>;

  /** `parameters` override the defaults in the template. */
  constructor(template: Template, context: NamingContext, parameters: Readonly<Record<string, string>> = {}) {
    this.#template = template;
    this.context = context;
    this.#parameters = parameters;
  }

  /** A value with every intrinsic function replaced by what it gives; null where the whole value is AWS::NoValue. */
  resolve(value: TemplateValue): TemplateValue {
    const resolved = this.#resolve(value);
    return resolved === noValue ? null : resolved;
  }

  /** A value that must come to a text. */
  resolveText(value: TemplateValue): string {
    const resolved = this.resolve(value);
    if (typeof resolved === "object") throw invalid(`Expected a text, not ${JSON.stringify(resolved)}`);
    return String(resolved);
  }

  /** Whether a condition of the template holds. */
  isTrue(condition: string): boolean {
    const expression = this.#template.Conditions[condition];
    if (expression === undefined) throw invalid(`There is no condition ${condition}`);
    return evaluateCondition(expression, this);
  }

  /** Whether the template makes a resource here: it exists and its condition holds. */
  hasResource(logicalId: string): boolean {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) return false;
    return resource.Condition === undefined || this.isTrue(resource.Condition);
  }

  /** A resource with the name that the template gives it, if it gives one. */
  named(logicalId: string): NamedResource {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw invalid(`There is no resource or parameter ${logicalId}`);
    const explicit = resource.Properties[nameProperties[resource.Type] ?? ""];
    const name = explicit === undefined ? null : this.resolve(explicit);
    const explicitName = typeof name === "string" ? { explicitName: name } : {};
    return { logicalId, type: resource.Type, ...explicitName };
  }

  #resolve(value: TemplateValue): Resolved {
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map((item) => this.#resolve(item)).filter((item) => item !== noValue);
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === "Ref" || only[0].startsWith("Fn::"))) {
      return this.#call(only[0], only[1]);
    }
    const resolved = entries.map(([key, item]): [string, Resolved] => [key, this.#resolve(item)]);
    return Object.fromEntries(resolved.filter((entry): entry is [string, TemplateValue] => entry[1] !== noValue));
  }

  #call(name: string, argument: TemplateValue): Resolved {
    switch (name) {
      case "Ref":
        return this.#ref(this.resolveText(argument));
      case "Fn::GetAtt":
        return this.#attribute(this.#texts(argument, name).join("."));
      case "Fn::Sub":
        return this.#substitute(argument);
      case "Fn::If": {
        const [condition, yes = null, no = null] = this.#list(argument, name);
        return this.#resolve(this.isTrue(this.resolveText(condition ?? null)) ? yes : no);
      }
      case "Fn::FindInMap":
        return this.#findInMap(this.#texts(argument, name));
      case "Fn::Join": {
        const [separator, parts] = this.#pair(argument, name);
        return this.#texts(this.resolve(parts), name).join(this.resolveText(separator));
      }
      case "Fn::Split": {
        const [separator, text] = this.#pair(argument, name);
        return this.resolveText(text).split(this.resolveText(separator));
      }
      case "Fn::Select": {
        const [index, items] = this.#pair(argument, name);
        return this.#list(this.resolve(items), name)[Number(this.resolveText(index))] ?? null;
      }
      default:
        throw new RefluxoError("local.template-unsupported", `The local runtime does not know the function ${name}`);
    }
  }

  #ref(name: string): Resolved {
    if (name === "AWS::NoValue") return noValue;
    const pseudo = pseudoParameters[name];
    if (pseudo !== undefined) return pseudo;
    return this.#template.Parameters[name] === undefined
      ? refOf(this.named(name), this.context)
      : this.#parameter(name);
  }

  #parameter(name: string): TemplateValue {
    const declared = this.#template.Parameters[name];
    const value = this.#parameters[name] ?? declared?.Default;
    if (value === undefined) throw invalid(`The parameter ${name} has no default, so it must be given`);
    const isAList = declared?.Type === "CommaDelimitedList" || declared?.Type.startsWith("List<");
    return isAList
      ? String(value)
          .split(",")
          .map((item) => item.trim())
      : value;
  }

  #attribute(path: string): string {
    const dot = path.indexOf(".");
    return attributeOf(this.named(path.slice(0, dot)), path.slice(dot + 1), this.context);
  }

  #substitute(argument: TemplateValue): string {
    const [text, variables = {}] = isList(argument) ? argument : [argument];
    const own = this.resolve(variables);
    if (typeof text !== "string" || typeof own !== "object" || own === null || isList(own)) {
      throw invalid(`Fn::Sub takes a text, or a text and its variables, not ${JSON.stringify(argument)}`);
    }
    return text.replace(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
      const name = inner.trim();
      if (name.startsWith("!")) return `\${${name.slice(1)}}`;
      const variable = own[name];
      if (variable !== undefined) return this.resolveText(variable);
      return name.includes(".") ? this.#attribute(name) : this.resolveText({ Ref: name });
    });
  }

  #findInMap([map = "", top = "", second = ""]: readonly string[]): TemplateValue {
    const found = [map, top, second].reduce<TemplateValue | undefined>(
      (value, key) => (typeof value === "object" && value !== null && !isList(value) ? value[key] : undefined),
      this.#template.Mappings,
    );
    if (found === undefined) throw invalid(`There is no mapping ${map}.${top}.${second}`);
    return found;
  }

  #list(value: TemplateValue, name: string): readonly TemplateValue[] {
    if (isList(value)) return value;
    throw invalid(`${name} takes a list, not ${JSON.stringify(value)}`);
  }

  #pair(value: TemplateValue, name: string): readonly [TemplateValue, TemplateValue] {
    const [first, second] = this.#list(value, name);
    if (first === undefined || second === undefined) throw invalid(`${name} takes two values`);
    return [first, second];
  }

  #texts(value: TemplateValue, name: string): readonly string[] {
    return this.#list(value, name).map((item) => this.resolveText(item));
  }
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

function invalid(message: string): RefluxoError {
  return new RefluxoError("local.template-invalid", message);
}
