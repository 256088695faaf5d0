import fc from "fast-check";

/** JSON nested so deep, of arrays or of objects. */
function nest(opening: "[" | '{"a":', depth: number): string {
  return `${opening.repeat(depth)}null${(opening === "[" ? "]" : "}").repeat(depth)}`;
}

/** Text that breaks parsers: reserved names, bad encodings, broken pairs, JSON in JSON. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.constantFrom(
      ...["", " ", "%", "%zz", "+", "__proto__", "constructor", "prototype", "toString", "..", "../x", "\0"],
      ...["\ud800", "\ufffe", "\u202e", "null", "[]", "{}", '{"type":"step"}', "1e400", "-0", "NaN"],
      ...['{"__proto__":{"polluted":1}}', "[".repeat(500), '{"a":'.repeat(300), "application/json"],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      nest("[", 250),
      nest("[", 9_000),
      `{"type":"start","definitionId":"d","input":${nest('{"a":', 5_000)}}`,
    ),
  },
  { weight: 8, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 4, arbitrary: fc.json({ maxDepth: 3 }) },
);

/** Text long enough that anything worse than linear takes visibly longer than the rest. */
const longText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("a", "+", "%20", "%", "/", ":", "-", "=", "[", '{"a":', "😀", "arn:aws:events:", " but received "),
    fc.constantFrom(100, 1_000, 20_000),
  )
  .map(([unit, count]) => unit.repeat(count));

/** JSON values that break parsers: other types, extreme numbers, keys that JSON alone can make, deep nests. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(null, true, "", -1, 0.5, 2 ** 53, 1e308, [], {}, [[]], [null]) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        '{"__proto__":{"polluted":1}}',
        '[{"a":{"__proto__":null}}]',
        '{"constructor":{"prototype":{"polluted":1}}}',
        '{"toString":1,"valueOf":null,"length":-1,"then":{}}',
        nest("[", 250),
        nest('{"a":', 199),
      )
      .map((json): unknown => JSON.parse(json)),
  },
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** The same, and now and then something large; too slow to make for every value. */
export const hostileOrLarge: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 400, arbitrary: hostileValue },
  { weight: 1, arbitrary: longText },
  { weight: 1, arbitrary: longText.map((text) => ({ [text]: text })) },
  { weight: 1, arbitrary: fc.nat(3_000).map((length) => Array.from({ length }, (_, index) => ({ [index]: index }))) },
);

/** Mostly what is expected, sometimes what is not. */
export function mostly<T>(expected: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: expected }, { weight: 1, arbitrary: hostileOrLarge });
}

/** An object of mostly these fields: each may be missing or hostile, and there may be one more. */
export function recordOf(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const all = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, mostly(value)]));
  const missing = fc.oneof(
    { weight: 10, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(fields)) },
  );
  const added = fc.option(fc.tuple(hostileText, hostileOrLarge), { freq: 12 });
  return fc.tuple(fc.record(all), missing, added).map(([record, left, extra]) => {
    const entries = Object.entries(record).filter(([key]) => key !== left);
    return Object.fromEntries(extra === null ? entries : [...entries, extra]);
  });
}
