import jsonata from "jsonata";
import type { Node } from "../../src/engine/index.ts";
import type { DefinitionPath } from "./finding.ts";
import { type ExpressionName, namesIn } from "./names-in-expression.ts";

/** An expression in the data of a node: what it reads, or why it cannot be read. */
export interface FoundExpression {
  readonly node: Node;
  readonly path: DefinitionPath;
  /** Characters from the beginning of the text to the expression's own beginning, behind `{%`. */
  readonly offset: number;
  /** Whether nothing else stands in the text, so that the result keeps its type. */
  readonly isWhole: boolean;
  readonly names: readonly ExpressionName[];
  readonly syntaxError?: { readonly message: string; readonly offset: number };
}

/** A text in the data of a node. */
export interface FoundText {
  readonly path: DefinitionPath;
  readonly text: string;
}

/** Every text in some data, with its path. */
export function findTexts(data: unknown, path: DefinitionPath): readonly FoundText[] {
  if (typeof data === "string") return [{ path, text: data }];
  if (typeof data !== "object" || data === null) return [];
  const keys = Array.isArray(data) ? [...data.keys()] : Object.keys(data);
  return keys.flatMap((key) => findTexts(Object(data)[key], [...path, key]));
}

/** Every expression in the data of some nodes. */
export function findExpressions(nodes: readonly Node[]): readonly FoundExpression[] {
  return nodes.flatMap((node, index) =>
    findTexts(node.data, ["nodes", index, "data"]).flatMap(({ path, text }) =>
      readText(text).map((read) => ({ node, path, ...read })),
    ),
  );
}

type Read = Omit<FoundExpression, "node" | "path">;

function readText(text: string): readonly Read[] {
  const found: Read[] = [];
  let rest = 0;
  for (let begin = text.indexOf("{%"); begin !== -1; begin = text.indexOf("{%", rest)) {
    const { end, ...read } = readExpression(text, begin + 2);
    const isWhole = (text.slice(0, begin) + text.slice(end + 2)).trim() === "";
    found.push({ ...read, isWhole });
    rest = end + 2;
  }
  return found;
}

/** A `%}` may stand inside of an expression, in a string: it ends at the first one before which all is JSONata. */
function readExpression(text: string, offset: number): Omit<Read, "isWhole"> & { readonly end: number } {
  let failure: { readonly message: string; readonly offset: number; readonly end: number } | undefined;
  for (let end = text.indexOf("%}", offset); end !== -1; end = text.indexOf("%}", end + 1)) {
    try {
      return { end, offset, names: namesIn(jsonata(text.slice(offset, end)).ast()) };
    } catch (error) {
      failure ??= { ...describe(error, offset), end };
    }
  }
  const { end, ...syntaxError } = failure ?? { message: "the {% has no closing %}", offset, end: text.length };
  return { end, offset, names: [], syntaxError };
}

/** JSONata throws plain objects with a message and a position. */
function describe(error: unknown, offset: number): { readonly message: string; readonly offset: number } {
  const { message, position } = Object(error);
  return { message: String(message), offset: offset + (typeof position === "number" ? Math.max(position - 1, 0) : 0) };
}
