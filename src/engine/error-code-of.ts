import { boundText } from "./describe-error.ts";

/** The longest error code, in UTF-16 code units; the contract of definitions takes no longer ones. */
const maxCodeLength = 128;

/**
 * What a thrown value calls itself, for retry policies and for expressions: its `code` if that is a text (a
 * `RefluxoError`'s, Node's `ECONNREFUSED`), else its `name` (an AWS SDK error's, `TypeError`), else `error`. At most 128
 * characters long; never throws, whatever the value's own code does.
 */
export function errorCodeOf(thrown: unknown): string {
  const code = readText(thrown, "code") ?? readText(thrown, "name") ?? "error";
  return boundText(code, maxCodeLength);
}

function readText(thrown: unknown, key: "code" | "name"): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  try {
    const value: unknown = Reflect.get(thrown, key);
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    // A getter or a proxy trap of the thrown value threw: it has no code to be had.
    return undefined;
  }
}
