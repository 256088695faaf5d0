import { RefluxoError } from "./refluxo-error.ts";

/** The longest error text that a snapshot keeps, in UTF-16 code units. */
export const maxErrorLength = 2_000;

/**
 * `String(thrown)` for anything that can be thrown, at most 2,000 characters long; never throws itself. The text is
 * redacted before it is cut, as a cut could leave a part of what is to be hidden.
 */
export function describeError(thrown: unknown, redact: (text: string) => string = (text) => text): string {
  try {
    return boundText(redact(readText(thrown)));
  } catch {
    // The thrown value's own code failed: there is no better text to be had.
    return `An error that cannot be read (${typeof thrown})`;
  }
}

function readText(thrown: unknown): string {
  const text = String(thrown);
  return text === "[object Object]" ? (JSON.stringify(thrown) ?? text) : text;
}

/** Cuts a text to the bound, never through the middle of a character outside the basic plane. */
export function boundText(text: string, maxLength = maxErrorLength): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end)}…`;
}

/** Whether an error says that trying again cannot help; a thrown proxy that hides what it is counts as retryable. */
export function isTerminalError(thrown: unknown): boolean {
  try {
    return thrown instanceof RefluxoError && !thrown.isRetryable;
  } catch {
    // Only a proxy's getPrototypeOf trap can get here.
    return false;
  }
}
