import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** One import, re-export, `import("…")` or `require("…")` of a file. */
export interface SourceImport {
  /** As written; `undefined` when it is computed. */
  readonly specifier: string | undefined;
  readonly isTypeOnly: boolean;
}

/** A source file by its path from the repository's root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every file under a folder of the repository. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
}

// The formatter starts every import at the beginning of a line; a statement's clause holds no quote and no semicolon.
const statement = /^(?:import|export)\b([^"'`;]*?)\bfrom\s*["']([^"']+)["']/gm;
const sideEffect = /^import\s*["']([^"']+)["']/gm;
const call = /(?<![\w.$])(?:import|require)\s*\(\s*(?:["'`]([^"'`]+)["'`])?/g;

/** Everything that a file imports, types too. `import("…")` counts as a value, in the place of a type as well. */
export function importsOf({ text }: SourceFile): readonly SourceImport[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(statement)].map(([, clause = "", specifier]) => ({ specifier, isTypeOnly: isTypes(clause) })),
    ...[...code.matchAll(sideEffect)].map(([, specifier]) => ({ specifier, isTypeOnly: false })),
    ...[...code.matchAll(call)].map(([, specifier]) => ({ specifier, isTypeOnly: false })),
  ];
}

/** Whether `type { … }` or `{ type A, type B }`. */
function isTypes(clause: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(clause)) return true;
  const names =
    /^\s*\{([\s\S]*)\}\s*$/
      .exec(clause)?.[1]
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  const given = names.filter((name) => name !== "");
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

/** The text with its comments blanked; a `//` inside a string or a pattern stays. */
export function withoutComments(text: string): string {
  const tokens =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(=:,\s])\/(?![/*])(?:\\.|[^/\\\n])+\/|\/\/.*|\/\*[\s\S]*?\*\//g;
  return text.replaceAll(tokens, (token) => (/^\/[/*]/.test(token) ? token.replaceAll(/[^\n]/g, " ") : token));
}
