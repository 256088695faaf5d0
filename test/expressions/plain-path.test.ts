import fc from "fast-check";
import jsonata from "jsonata";
import { expect, test } from "vitest";
import { plainPathOf } from "../../src/expressions/plain-path.ts";
import { evaluate, frozen } from "./evaluate.ts";

const name = fc.constantFrom("a", "b", "c", "constructor", "length", "toString");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(null, 0, 1, "", "x", true, false),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));

const plain = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

test("a path comes to what JSONata makes of it, whatever is on the way", async () => {
  await fc.assert(
    fc.asyncProperty(value, fc.array(name, { minLength: 1, maxLength: 4 }), async (input, names) => {
      const source = `input.${names.join(".")}`;
      const expected: unknown = await jsonata(source).evaluate({ input: structuredClone(input) });
      expect(await evaluate(source, { input: frozen(input) })).toEqual(plain(expected));
    }),
    { numRuns: 500 },
  );
});

test("only names make a plain path", () => {
  const pathOf = (source: string) => plainPathOf(jsonata(source).ast());
  expect(pathOf("input.a.`b c`")).toEqual(["input", "a", "b c"]);
  for (const source of [
    "a[0]",
    "a[]",
    "a.*",
    "a.(b)",
    "$.a",
    "a{b:c}",
    "a^(b)",
    "a@$x.b",
    "a#$i.b",
    "a.%",
    "1",
    "a.b[c]",
  ]) {
    expect(pathOf(source)).toBeUndefined();
  }
});

test("a plain path hands on a list of 100,000 items, which are more than a sequence may have", async () => {
  const rows = frozen(Array.from({ length: 100_000 }, (_, line) => ({ line, sku: `SKU-${line}`, cost: "12.40" })));
  const context = { read: [{ output: { rows }, timestamp: 0, attempt: 1 }] };
  expect(await evaluate("nodes.read.last.rows", { context })).toEqual(rows);
  await expect(evaluate("nodes.read.last.rows.sku", { context })).rejects.toThrow("maximum sequence length of 10000");
});
