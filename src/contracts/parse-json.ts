import { ParseError } from "./parse-error.ts";

/** How deep a value may nest: far beyond real data, far below a stack overflow. */
const maxDepth = 200;

/** Parses untrusted JSON text; throws a `ParseError` for malformed text, a `__proto__` key, or nesting over 200 levels. */
export function parseJson(text: string, root = "$"): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the text; only the position may go further (I16).
    const position = /position \d+/.exec(String(error))?.[0];
    throw new ParseError(root, position === undefined ? "is not valid JSON" : `is not valid JSON at ${position}`);
  }
  assertPlain(value, root);
  return value;
}

/** Throws a `ParseError` when a JSON value has a `__proto__` key anywhere or nests over 200 levels (I17). */
export function assertPlain(value: unknown, root = "$"): void {
  assertPlainAt(value, root, { root, depth: 0 });
}

/** The path is made of the input's own keys, so a log names the root alone. */
function assertPlainAt(value: unknown, path: string, { root, depth }: { root: string; depth: number }): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= maxDepth) throw refused(path, root, `nests deeper than ${maxDepth} levels`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) assertPlainAt(item, `${path}[${index}]`, { root, depth: depth + 1 });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") throw refused(path, root, "has a key named __proto__, which is not allowed");
    assertPlainAt(item, `${path}.${key}`, { root, depth: depth + 1 });
  }
}

function refused(path: string, root: string, reason: string): ParseError {
  return new ParseError(path, reason, { loggable: `${root}: ${reason}` });
}
