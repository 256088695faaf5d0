import { findNonJson, RefluxoError } from "../engine/index.ts";
import type { Json } from "../ports/node-globals.ts";

/** Freezes what expressions see as `globals`; throws `workflows.bad-global` for what is not JSON. */
export function checkGlobals(globals: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const found = findNonJson(globals);
  if (found === undefined) return freeze(globals);
  throw new RefluxoError(
    "workflows.bad-global",
    `globals${found.path.slice(1)} is ${found.reason}, which is not JSON.`,
  );
}

function freeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === "object" && item !== null) freeze(item);
  return Object.freeze(value);
}
