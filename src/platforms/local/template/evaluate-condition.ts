import { RefluxoError } from "../../../engine/index.ts";
import type { TemplateValue } from "./load-template.ts";

/** What an expression of the Conditions section needs to know of its template. */
export interface ConditionScope {
  resolve(value: TemplateValue): TemplateValue;
  isTrue(condition: string): boolean;
}

/**
 * Evaluates an expression of the Conditions section: Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.
 * Throws a `RefluxoError` (`local.template-unsupported`) for anything else.
 */
export function evaluateCondition(expression: TemplateValue, scope: ConditionScope): boolean {
  const [entry, ...others] = Object.entries(typeof expression === "object" && expression !== null ? expression : {});
  if (entry === undefined || others.length > 0) throw unsupported(expression);
  const [name, argument] = entry;
  if (name === "Condition" && typeof argument === "string") return scope.isTrue(argument);
  if (!Array.isArray(argument)) throw unsupported(expression);
  const items: readonly TemplateValue[] = argument;
  const holds = (item: TemplateValue) => evaluateCondition(item, scope);
  switch (name) {
    case "Fn::Equals": {
      const [left, right] = items.map((item) => scope.resolve(item));
      // CloudFormation compares parameters as text, so that a default of 0 equals "0".
      return JSON.stringify(asText(left)) === JSON.stringify(asText(right));
    }
    case "Fn::And":
      return items.every(holds);
    case "Fn::Or":
      return items.some(holds);
    case "Fn::Not":
      return !items.every(holds);
    default:
      throw unsupported(expression);
  }
}

function asText(value: TemplateValue | undefined): TemplateValue | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function unsupported(expression: TemplateValue): RefluxoError {
  return new RefluxoError(
    "local.template-unsupported",
    `The local runtime does not know the condition ${JSON.stringify(expression)}`,
  );
}
