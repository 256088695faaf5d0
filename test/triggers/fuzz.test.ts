import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { ParseError } from "../../src/contracts/parse-error.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { bindings, readSample, sampleFiles } from "./sample.ts";

const runs = { numRuns: 300 };
const prototypeKeys = Reflect.ownKeys(Object.prototype);

/** Values that break parsers: other types, reserved names, huge and broken text, keys that JSON alone can make. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, "", "%", "__proto__", "constructor", "\ud800", -1, 0.5, 2 ** 60, [], {}),
  fc.constantFrom<unknown>(
    JSON.parse('{"__proto__":{"polluted":1}}'),
    JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'),
  ),
  fc.constantFrom<unknown>("[".repeat(500), '{"__proto__":{"polluted":1}}', '{"type":"step"}', "null"),
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
);

/** Replaces, removes or adds the field that `picks` leads to; descends into JSON text too, as SQS and HTTP bodies are. */
function mutate(value: unknown, picks: readonly number[], replacement: unknown, action: "set" | "delete"): unknown {
  const [pick = 0, ...rest] = picks;
  if (typeof value === "string" && value.startsWith("{")) {
    return JSON.stringify(mutate(JSON.parse(value), picks, replacement, action));
  }
  if (typeof value !== "object" || value === null || picks.length === 0) return replacement;
  const entries = Object.entries(value);
  const [key, child] = entries[pick % Math.max(entries.length, 1)] ?? ["added", undefined];
  const others = entries.filter(([name]) => name !== key);
  const changed =
    action === "delete" && rest.length === 0 ? others : [...others, [key, mutate(child, rest, replacement, action)]];
  return Array.isArray(value) ? changed.map((entry) => entry[1]) : Object.fromEntries(changed);
}

/** Parses an event; throws when anything but a parsed event or a `ParseError` comes out. */
function assertContained(event: unknown): void {
  try {
    const parsed = parseEvent(event, bindings);
    expect(["batch", "commands", "http"]).toContain(parsed.type);
    if (parsed.type !== "batch") return;
    for (const { result } of parsed.records) {
      if (!result.isValid) expect(result.error).toBeInstanceOf(ParseError);
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    expect(error.code).toMatch(/^[a-z]+(\.[a-z-]+)+$/);
    expect(error.path.startsWith("$")).toBe(true);
    expect(error.reason).not.toBe("");
  }
}

afterEach(() => {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

describe("whatever comes in", () => {
  test.each(sampleFiles())("a mutated %s parses or is refused with a ParseError", (file) => {
    const picks = fc.array(fc.nat(40), { minLength: 0, maxLength: 9 });
    fc.assert(
      fc.property(picks, nasty, fc.constantFrom("set" as const, "delete" as const), (path, replacement, action) => {
        assertContained(mutate(readSample(file), path, replacement, action));
      }),
      runs,
    );
  });

  test("any value at all parses or is refused with a ParseError", () => {
    fc.assert(fc.property(fc.oneof(nasty, fc.anything()), assertContained), runs);
  });

  test("any body of a record leaves the record beside it alone", () => {
    const good = readSample("sqs.json") as { readonly Records: readonly object[] };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), nasty), (body) => {
        const parsed = parseEvent({ Records: [...good.Records, { ...good.Records[0], body }] }, bindings);
        const isValid = parsed.type === "batch" && parsed.records.slice(0, -1).every(({ result }) => result.isValid);
        expect(isValid && parsed.records.length).toBe(good.Records.length + 1);
      }),
      runs,
    );
  });
});
