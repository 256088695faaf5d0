import { ExpressionError } from "./expression-error.ts";
import { findExpressionEnd } from "./find-expression-end.ts";

/** A part of a text: characters as they are, or the source of an expression. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "expression"; readonly source: string };

/** A text with expressions in it. */
export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  /** Whether it is one expression as a whole, whose result keeps its type. */
  readonly isWhole: boolean;
}

/** Whether a text may have an expression. */
export function isTemplate(text: string): boolean {
  return text.includes("{%");
}

/** Splits a text at its `{% … %}`. Throws `expression.syntax` for one that is empty or has no end. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let position = 0;
  for (;;) {
    const begin = text.indexOf("{%", position);
    if (begin === -1) break;
    if (begin > position) parts.push({ type: "text", text: text.slice(position, begin) });
    const end = findExpressionEnd(text, begin + 2);
    if (end === -1) throw new ExpressionError("expression.syntax", `the {% at character ${begin} has no closing %}`);
    const source = text.slice(begin + 2, end).trim();
    if (source === "") throw new ExpressionError("expression.syntax", "the expression is empty");
    parts.push({ type: "expression", source });
    position = end + 2;
  }
  if (position < text.length) parts.push({ type: "text", text: text.slice(position) });
  const solid = parts.filter((part) => part.type === "expression" || part.text.trim() !== "");
  const isWhole = solid.length === 1 && solid[0]?.type === "expression";
  return { parts: isWhole ? solid : parts, isWhole };
}
