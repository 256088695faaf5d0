import { ParseError } from "../../src/contracts/parse-error.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { bindings } from "./sample.ts";

/** The code, path and reason with which an event is refused; fails when it is accepted or throws anything else. */
export function errorOf(event: unknown): { readonly code: string; readonly path: string; readonly reason: string } {
  try {
    parseEvent(event, bindings);
  } catch (error) {
    if (error instanceof ParseError) return { code: error.code, path: error.path, reason: error.reason };
    throw error;
  }
  throw new Error("expected the event to be refused");
}
