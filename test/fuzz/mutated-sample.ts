import fc from "fast-check";
import { readSample } from "../triggers/sample.ts";
import { hostileOrLarge } from "./hostile-values.ts";

const maxBrackets = 2_000;

interface Mutation {
  /** Which field, from the root down, each modulo the number of fields. */
  readonly picks: readonly number[];
  readonly replacement: unknown;
  readonly action: "set" | "delete" | "copy";
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  picks: fc.array(fc.nat(40), { maxLength: 9 }),
  replacement: hostileOrLarge,
  action: fc.constantFrom("set", "set", "delete", "copy"),
});

/** A sample of `events/`, by its file name, with none to three of its fields replaced, removed or doubled. */
export function mutatedSample(file: string): fc.Arbitrary<unknown> {
  return mutated(readSample(file));
}

/** A value with none to three of its fields replaced, removed or doubled. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(mutation, { maxLength: 3 })
    .map((mutations) => mutations.reduce((changed, { picks, ...change }) => mutate(changed, picks, change), value));
}

/** Descends into JSON text too, as SQS and HTTP bodies are. */
function mutate(value: unknown, picks: readonly number[], change: Omit<Mutation, "picks">): unknown {
  const [pick = 0, ...rest] = picks;
  const inner = parsedText(value);
  if (inner !== undefined && rest.length > 0) return JSON.stringify(mutate(inner, picks, change));
  if (typeof value !== "object" || value === null || picks.length === 0) return change.replacement;
  const entries = Object.entries(value);
  const at = pick % Math.max(entries.length, 1);
  const [key, child] = entries[at] ?? ["added", undefined];
  const changed = entries.filter((_, index) => index !== at);
  if (rest.length > 0 || change.action === "set") changed.splice(at, 0, [key, mutate(child, rest, change)]);
  else if (change.action === "copy") changed.splice(at, 0, [key, child], [`${key}2`, child]);
  return Array.isArray(value) ? changed.map((entry) => entry[1]) : Object.fromEntries(changed);
}

function parsedText(value: unknown): unknown {
  if (typeof value !== "string" || !/^[{[]/.test(value)) return undefined;
  // Deeper than JSON.stringify itself can go: a leaf too.
  if ((value.match(/[[{]/g)?.length ?? 0) > maxBrackets) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    // Text that only looks like JSON, made so by an earlier mutation, is a leaf.
    return undefined;
  }
}
