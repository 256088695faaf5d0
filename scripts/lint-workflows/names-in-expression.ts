/** A path of an expression that begins at its root: `nodes.order.last.total`. */
export interface ExpressionName {
  /** The names of the path from the root on, up to the first part that is no plain name. */
  readonly steps: readonly string[];
  /** Characters from the beginning of the expression. */
  readonly offset: number;
  /** Whether the expression is this path and nothing else. */
  readonly isAll: boolean;
}

interface AstNode {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly position?: unknown;
  readonly steps?: unknown;
}

/** Parts of a step that are evaluated for each item that it found, not at the root. */
const relativeParts = ["stages", "predicate", "group"];

/** Every path in the syntax tree of a JSONata expression that begins at the root of what it is evaluated on. */
export function namesIn(ast: unknown): readonly ExpressionName[] {
  const isPath =
    isAstNode(ast) && Array.isArray(ast.steps) && ast.steps.every((step) => isName(step) && !hasParts(step));
  return walk(ast, true).map((name) => ({ ...name, isAll: isPath && !("group" in Object(ast)) }));
}

type Found = Omit<ExpressionName, "isAll">;

function walk(part: unknown, isRoot: boolean): readonly Found[] {
  if (Array.isArray(part)) return part.flatMap((item) => walk(item, isRoot));
  if (!isAstNode(part)) return [];
  if (part.type === "path" && Array.isArray(part.steps)) return walkPath(part, part.steps, isRoot);
  // What `|…|…|` changes is found below what it is given.
  if (part.type === "transform") return Object.values(part).flatMap((value) => walk(value, false));
  return Object.entries(part).flatMap(([key, value]) => walk(value, isRoot && !relativeParts.includes(key)));
}

function walkPath(path: AstNode, steps: readonly unknown[], isRoot: boolean): readonly Found[] {
  const [first, ...rest] = steps;
  const { group } = Object(path);
  const deeper = [...walk(rest, false), ...walk(group, false)];
  if (!isAstNode(first)) return deeper;
  // `$$` is the root everywhere, `$` where nothing else has become the context.
  const isVariable = first.type === "variable" && (first.value === "$" || (first.value === "" && isRoot));
  const named = isVariable ? rest : isRoot && isName(first) ? steps : undefined;
  const within = isName(first) ? walk(partsOf(first), false) : walk(first, isRoot);
  const names = named === undefined ? [] : plainNames(named);
  const begin = named?.find(isName);
  return names.length === 0 || begin === undefined
    ? [...within, ...deeper]
    : [{ steps: names, offset: offsetOf(begin) }, ...within, ...deeper];
}

/** A step that filters is the last one of which the names are plain. */
function plainNames(steps: readonly unknown[]): readonly string[] {
  const end = steps.findIndex((step) => !isName(step));
  return (end === -1 ? steps : steps.slice(0, end)).map((step) => String(Object(step).value));
}

function partsOf(step: object): readonly unknown[] {
  return relativeParts.map((key) => Object(step)[key]);
}

function hasParts(step: object): boolean {
  return partsOf(step).some((part) => part !== undefined);
}

/** JSONata notes where a token ends. */
function offsetOf({ position, value }: AstNode): number {
  return Math.max(Number(position) - String(value).length, 0);
}

function isName(part: unknown): part is AstNode {
  return isAstNode(part) && part.type === "name";
}

function isAstNode(part: unknown): part is AstNode {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}
