import { findPatternProblem } from "./bounded-pattern.ts";
import { ExpressionError } from "./expression-error.ts";
import type { SyntaxNode } from "./jsonata-types.ts";
import { nativeNames } from "./native-names.ts";
import { isSyntaxNode, listOf } from "./syntax-nodes.ts";

/** `$` and `$$`. */
const contextNames = ["", "$"];

/**
 * Checks an expression that JSONata has parsed. Throws `expression.syntax` for variables that nothing binds, `$eval`,
 * patterns that could take exponential time, and what would replace the function that `|…|…|` copies with.
 */
export function checkSyntaxTree(nodes: readonly SyntaxNode[]): void {
  const bound = new Set(nodes.flatMap(namesBoundBy));
  if (bound.has("clone")) throw refuse("$clone cannot be replaced");
  for (const node of nodes) checkNode(node, bound);
}

function namesBoundBy(node: SyntaxNode): readonly string[] {
  const names = ["focus", "index"].map((key) => node[key]).filter((name) => typeof name === "string");
  switch (node["type"]) {
    case "bind":
      return [...names, nameOf(node["lhs"])];
    case "lambda":
      return [...names, ...listOf(node["arguments"]).map(nameOf)];
    case "index":
      // The position of an item, `#$i` after a filter.
      return [...names, String(node["value"])];
    default:
      return names;
  }
}

function checkNode(node: SyntaxNode, bound: ReadonlySet<string>): void {
  switch (node["type"]) {
    case "variable":
      checkName(String(node["value"]), bound);
      break;
    case "lambda":
      checkSignature(node["signature"]);
      break;
    case "regex":
      checkPattern(node["value"]);
      break;
    case "unary":
      // Grouped at once, its members would be read as marks of JSONata's before anybody could look at them.
      if (node["value"] === "{" && "group" in node) throw refuse("an object that is grouped stands in parentheses");
      break;
  }
}

function checkName(name: string, bound: ReadonlySet<string>): void {
  if (bound.has(name) || contextNames.includes(name) || nativeNames.includes(name)) return;
  throw refuse(name === "eval" ? "$eval is not available: data is no code" : `nothing binds $${name}`);
}

function checkPattern(pattern: unknown): void {
  // JSONata copies the left side of `?:` as JSON, which has no patterns.
  if (!(pattern instanceof RegExp)) throw refuse("a pattern cannot stand to the left of ?:");
  const problem = findPatternProblem(pattern);
  if (problem !== undefined) throw refuse(problem);
}

/** JSONata matches arguments by a pattern that it makes of the signature. */
function checkSignature(signature: unknown): void {
  const definition = isSyntaxNode(signature) ? String(signature["definition"]) : "";
  if (definition.split("+").length > 3) throw refuse("a signature may have two '+' at most");
}

function nameOf(variable: unknown): string {
  return isSyntaxNode(variable) ? String(variable["value"]) : "";
}

function refuse(reason: string): ExpressionError {
  return new ExpressionError("expression.syntax", reason);
}
