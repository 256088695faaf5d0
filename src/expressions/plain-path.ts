import { isSyntaxNode, listOf } from "./syntax-nodes.ts";

/** What a path comes to that only JSONata can follow. */
export const notPlain: unique symbol = Symbol("not plain");

/** The names of a path that is nothing but names (`input.customer.email`); undefined for any other expression. */
export function plainPathOf(root: unknown): readonly string[] | undefined {
  if (!isSyntaxNode(root) || Object.keys(root).some((key) => key !== "type" && key !== "steps")) return undefined;
  const names = listOf(root["steps"]).flatMap((step) => (isPlainName(step) ? [String(step["value"])] : []));
  return names.length > 0 && names.length === listOf(root["steps"]).length ? names : undefined;
}

function isPlainName(step: unknown): step is Readonly<Record<string, unknown>> {
  if (!isSyntaxNode(step) || step["type"] !== "name") return false;
  return Object.keys(step).every((key) => ["type", "value", "position"].includes(key));
}

/**
 * Follows a path through objects, as JSONata does and in a fraction of its time; `notPlain` when a list is on the way, whose
 * items it would go through.
 */
export function followPath(scope: object, names: readonly string[]): unknown {
  let value: unknown = scope;
  for (const name of names) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value)) return notPlain;
    value = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }
  return value;
}
