import type { SyntaxNode } from "./jsonata-types.ts";
import { changeableName, madeName, wildcardName } from "./native-names.ts";
import { isSyntaxNode, listOf } from "./syntax-nodes.ts";

/** What a path reads of its steps, and a list of its items; the rest is read when they are evaluated. */
const readByOthers = ["stages", "focus", "index", "tuple", "ancestor", "consarray", "keepArray", "value"];

/**
 * Has an expression call functions of ours where JSONata would do by itself what nobody could bound: `*`, which takes
 * quadratic time; what makes texts, lists and objects, which may double; and `|…|…|`, which writes into what it finds. A
 * partial application becomes a function of the expression, as JSONata's reads the source of a built-in one.
 */
export function rewriteSyntaxTree(nodes: readonly SyntaxNode[]): void {
  for (const node of nodes) rewrite(node);
}

function rewrite(node: SyntaxNode): void {
  const { type, value, pattern } = node;
  const isMaker =
    (type === "binary" && value === "&") ||
    (type === "unary" && (value === "[" || value === "{")) ||
    (type === "path" && "group" in node);
  if (isMaker) surround(node, madeName);
  if (type === "partial") becomeLambda(node);
  if (type === "transform" && isSyntaxNode(pattern)) node["pattern"] = callOf(changeableName, pattern);
  if (type === "wildcard") {
    Object.assign(node, callOf(wildcardName, { type: "variable", value: "", position: node["position"] }));
  }
}

/** A node becomes a call of a function with the value that it had. */
function surround(node: SyntaxNode, name: string): void {
  const inner = { ...node };
  for (const key of Object.keys(node)) if (!readByOthers.includes(key)) delete node[key];
  Object.assign(node, callOf(name, inner));
}

function callOf(name: string, argument: SyntaxNode): SyntaxNode {
  const { position } = argument;
  return { type: "function", procedure: { type: "variable", value: name, position }, arguments: [argument], position };
}

/** `$f(?, 1)` becomes `function($a){ $f($a, 1) }`, with a name that no source can have. */
function becomeLambda(node: SyntaxNode): void {
  const parameters: SyntaxNode[] = [];
  const given = listOf(node["arguments"]).map((argument) => {
    if (!isSyntaxNode(argument) || argument["type"] !== "operator") return argument;
    const parameter = { type: "variable", value: `(${parameters.length}`, position: argument["position"] };
    parameters.push(parameter);
    return parameter;
  });
  const { procedure, position } = node;
  const body = { type: "function", value: "(", arguments: given, procedure, position };
  for (const key of ["name", "value", "procedure"]) delete node[key];
  Object.assign(node, { type: "lambda", arguments: parameters, body });
}
