import type { SyntaxNode } from "./jsonata-types.ts";

const patterns = new WeakSet<SyntaxNode>();

/** Remembers that a node of a syntax tree is the pattern of a `|pattern|update|`. */
export function markTransformPattern(node: SyntaxNode): void {
  patterns.add(node);
}

/** Whether a node of a syntax tree says what a `|pattern|update|` writes into. */
export function isTransformPattern(node: SyntaxNode): boolean {
  return patterns.has(node);
}
