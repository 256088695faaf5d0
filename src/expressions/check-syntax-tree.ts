import { findPatternProblem } from "./bounded-pattern.ts";
import { ExpressionError } from "./expression-error.ts";
import type { SyntaxNode } from "./jsonata-types.ts";
import { nativeNames, wildcardName } from "./native-names.ts";
import { markTransformPattern } from "./transform-patterns.ts";

/** What a parsed expression names. */
interface Names {
  readonly bound: Set<string>;
  readonly used: Set<string>;
}

/** `$` and `$$`. */
const contextNames = ["", "$"];

/**
 * Checks an expression that JSONata has parsed, and makes it ready: partial applications and `*` become functions of
 * their own, as JSONata's read the source of built-in ones and take quadratic time. Throws `expression.syntax` for variables that nothing binds, `$eval`,
 * patterns that could take exponential time, and what would replace the function that `|…|…|` copies with.
 */
export function checkSyntaxTree(root: unknown): void {
  const names: Names = { bound: new Set(), used: new Set() };
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined || waiting.length > 0; value = waiting.pop()) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isSyntaxNode(value)) visit(value, names);
    waiting.push(...Object.values(value));
  }
  checkNames(names);
}

function isSyntaxNode(value: object): value is SyntaxNode {
  return !Array.isArray(value) && !(value instanceof RegExp);
}

function visit(node: SyntaxNode, { bound, used }: Names): void {
  for (const key of ["focus", "index"]) if (typeof node[key] === "string") bound.add(node[key]);
  switch (node["type"]) {
    case "variable":
      used.add(String(node["value"]));
      break;
    case "bind":
      bound.add(nameOf(node["lhs"]));
      break;
    case "lambda":
      for (const parameter of listOf(node["arguments"])) bound.add(nameOf(parameter));
      checkSignature(node["signature"]);
      break;
    case "partial":
      for (const parameter of becomeLambda(node)) bound.add(nameOf(parameter));
      break;
    case "wildcard":
      becomeCall(node, wildcardName);
      bound.add(wildcardName);
      break;
    case "regex":
      checkPattern(node["value"]);
      break;
    case "transform":
      if (isObject(node["pattern"])) markTransformPattern(node["pattern"]);
      break;
    case "unary":
      // Grouped at once, its members would be read as marks of JSONata's before anybody could look at them.
      if (node["value"] === "{" && "group" in node) throw refuse("an object that is grouped stands in parentheses");
      break;
    case "index":
      // The position of an item, `#$i` after a filter.
      bound.add(String(node["value"]));
      break;
  }
}

function checkNames({ bound, used }: Names): void {
  if (bound.has("clone")) throw refuse("$clone cannot be replaced");
  for (const name of used) {
    if (bound.has(name) || contextNames.includes(name) || nativeNames.includes(name)) continue;
    throw refuse(name === "eval" ? "$eval is not available: data is no code" : `nothing binds $${name}`);
  }
}

function checkPattern(pattern: unknown): void {
  // JSONata copies the left side of `?:` as JSON, which has no patterns.
  if (!(pattern instanceof RegExp)) throw refuse("a pattern cannot stand to the left of ?:");
  const problem = findPatternProblem(pattern);
  if (problem !== undefined) throw refuse(problem);
}

/** JSONata matches arguments by a pattern that it makes of the signature. */
function checkSignature(signature: unknown): void {
  const definition = isObject(signature) ? String(signature["definition"]) : "";
  if (definition.split("+").length > 3) throw refuse("a signature may have two '+' at most");
}

/** `$f(?, 1)` becomes `function($a){ $f($a, 1) }`, with a name that no source can have; returns the parameters. */
function becomeLambda(node: SyntaxNode): readonly SyntaxNode[] {
  const parameters: SyntaxNode[] = [];
  const given = listOf(node["arguments"]).map((argument) => {
    if (!isObject(argument) || argument["type"] !== "operator") return argument;
    const parameter = { type: "variable", value: `(${parameters.length}`, position: argument["position"] };
    parameters.push(parameter);
    return parameter;
  });
  const { procedure, position } = node;
  const body = { type: "function", value: "(", arguments: given, procedure, position };
  for (const key of ["name", "value", "procedure"]) delete node[key];
  Object.assign(node, { type: "lambda", arguments: parameters, body });
  return parameters;
}

/** `*` becomes a call with the value that it is applied to. */
function becomeCall(node: SyntaxNode, name: string): void {
  const { position } = node;
  const procedure = { type: "variable", value: name, position };
  Object.assign(node, {
    type: "function",
    value: "(",
    procedure,
    arguments: [{ type: "variable", value: "", position }],
  });
}

function nameOf(variable: unknown): string {
  return isObject(variable) ? String(variable["value"]) : "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null;
}

function refuse(reason: string): ExpressionError {
  return new ExpressionError("expression.syntax", reason);
}
