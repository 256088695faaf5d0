import type { HandedOutSecrets } from "./handed-out-secrets.ts";

/** A key may be a megabyte long; a path is not. */
const maxPathLength = 200;

/**
 * Where in a JSON value a secret stands (`$.request.headers[0]`), without showing it; `$` when no single text or key
 * has it.
 */
export function findSecretPath(value: unknown, handedOut: Pick<HandedOutSecrets, "isIn" | "redact">): string {
  const path = search(value, "$", handedOut) ?? "$";
  return handedOut.redact(path).slice(0, maxPathLength);
}

function search(value: unknown, path: string, handedOut: Pick<HandedOutSecrets, "isIn">): string | undefined {
  if (typeof value === "string") return handedOut.isIn(value) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const inner = isList ? `${path}[${key}]` : `${path}.${key}`;
    const found = !isList && handedOut.isIn(key) ? inner : search(item, inner, handedOut);
    if (found !== undefined) return found;
  }
  return undefined;
}
