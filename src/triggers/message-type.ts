import { ParseError } from "../contracts/parse-error.ts";
import { isObject } from "./is-object.ts";

/**
 * Throws a `ParseError` that names the type and the known ones, unless the value is an object of a known type: a
 * clearer answer than a schema of five alternatives gives.
 */
export function assertKnownType(value: unknown, known: readonly string[]): void {
  if (!isObject(value)) throw new ParseError("$", `must be an object with a type; known types: ${known.join(", ")}`);
  const type = value["type"];
  if (typeof type === "string" && known.includes(type)) return;
  const shown = typeof type === "string" ? `unknown message type "${type.slice(0, 64)}"` : "no message type";
  throw new ParseError("$.type", `${shown}; known types: ${known.join(", ")}`);
}
