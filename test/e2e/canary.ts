import { inspect } from "node:util";

/** A text that is found again wherever it leaks to; with characters that JSON, URLs and patterns treat in their own ways. */
export function canary(name: string): string {
  return `canary-${name}-"\\/+ü ${[...name].map((character) => character.charCodeAt(0).toString(36)).join("")}`;
}

/** The same where only letters, digits and dashes may stand: in a header, an id, a token. */
export function plainCanary(name: string): string {
  return `canary-${name}-${[...name].map((character) => character.charCodeAt(0).toString(36)).join("")}`;
}

/** Anything as a text that shows all of it: the causes and hidden attributes of errors, the bytes of answers. */
export function showAll(value: unknown): string {
  if (typeof value === "string") return value;
  const options = { depth: 50, showHidden: true, maxStringLength: null, maxArrayLength: null, breakLength: Infinity };
  return `${inspect(value, options)}\n${JSON.stringify(value)}`;
}

/** Which canaries a text holds, as they are or encoded; written apart from the code that is tested. */
export function findCanaries(text: string, canaries: readonly string[]): readonly string[] {
  return canaries.filter((sought) => disguises(sought).some((disguise) => text.includes(disguise)));
}

function disguises(text: string): readonly string[] {
  const once = JSON.stringify(text).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  const thrice = JSON.stringify(twice).slice(1, -1);
  const shown = inspect(text).slice(1, -1);
  return [text, once, twice, thrice, shown, encodeURIComponent(text), ...base64(text)];
}

/** Without the characters at both ends, which mix with what stands beside. */
function base64(text: string): readonly string[] {
  return ["", "x", "xy"].map((before) =>
    Buffer.from(before + text)
      .toString("base64")
      .slice(4, -4),
  );
}
