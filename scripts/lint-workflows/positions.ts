import { isScalar, LineCounter, parseDocument } from "yaml";
import type { DefinitionFile } from "./definition-files.ts";
import type { DefinitionPath } from "./finding.ts";

/** Line and column, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds where a part of a definition stands; the place of what it is part of, where it does not stand there itself. */
export type FindPosition = (path: DefinitionPath, offset?: number) => Position;

/** The places in a JSON file; in a module, as far as node and edge ids tell them. */
export function createPositions({ path, text }: DefinitionFile, value: unknown): FindPosition {
  return path.endsWith(".json") ? positionsInJson(text) : positionsInModule(text, value);
}

/** JSON is YAML, and that parser keeps the places. */
function positionsInJson(text: string): FindPosition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const at = (index: number): Position => {
    const { line, col } = lines.linePos(index);
    return { line, column: col };
  };
  return (path, offset = 0) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const found: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const begin = rangeOf(found)?.[0];
      if (begin === undefined) continue;
      return at(begin + (isScalar(found) ? offsetInSource(found, text, offset) : 0));
    }
    return { line: 1, column: 1 };
  };
}

function rangeOf(node: unknown): readonly number[] | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return Array.isArray(node.range) ? node.range : undefined;
}

/** A text's own character at an offset: behind its quote, when no escape before it makes the source longer. */
function offsetInSource(scalar: { readonly range?: readonly number[] | null }, text: string, offset: number): number {
  const begin = scalar.range?.[0] ?? 0;
  const before = text.slice(begin + 1, begin + 1 + offset);
  return offset === 0 || before.includes("\\") ? 0 : offset + 1;
}

function positionsInModule(text: string, value: unknown): FindPosition {
  return ([list, index]) => {
    const parts: unknown = Object(value)[list ?? ""];
    const id: unknown = Array.isArray(parts) && typeof index === "number" ? Object(parts[index]).id : undefined;
    const found =
      typeof id === "string" ? text.search(new RegExp(`\\bid: ["'\`]${id.replaceAll(".", "\\.")}["'\`]`)) : -1;
    const before = text.slice(0, Math.max(found, 0)).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
}
