import type { SyntaxNode } from "./jsonata-types.ts";

/** Every node of a syntax tree, and what else stands in it as an object. */
export function listSyntaxNodes(root: unknown): readonly SyntaxNode[] {
  const seen = new Set<unknown>();
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    waiting.push(...Object.values(value));
  }
  return [...seen].filter(isSyntaxNode);
}

/** Whether a value may be a node. */
export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}

/** The members of a list; none of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
