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
  const what = typeof type === "string" ? "unknown message type" : "no message type";
  const shown = typeof type === "string" ? `${what} "${type.slice(0, 64)}"` : what;
  const choice = `known types: ${known.join(", ")}`;
  throw new ParseError("$.type", `${shown}; ${choice}`, { loggable: `$.type: ${what}; ${choice}` });
}
