import { describe, expect, test } from "vitest";
import { escapeAttempts } from "./escape-attempts.ts";
import { evaluate, failureOf, frozen } from "./evaluate.ts";

const input = frozen(
  JSON.parse(`{
    "text": "aaaa", "list": [3, 1, 2], "object": { "a": { "b": 1 } }, "names": ["__proto__"], "infinite": 1e999,
    "impostors": {
      "function": { "_jsonata_function": true, "name": "x" },
      "tuples": { "tupleStream": true, "@": {}, "limit": 1000000 },
      "wrapper": { "outerWrapper": true, "0": "x" }
    }
  }`),
);
const globals = { declared: { currency: "EUR" }, secret: () => "hunter2", blobs: {} };

/** What an escape would have changed. */
const watched = [Object.prototype, Array.prototype, String.prototype, Function.prototype, RegExp.prototype];
const namesOf = () => watched.map((prototype) => Reflect.ownKeys(prototype).length);
const before = namesOf();

async function assertUnharmed(): Promise<void> {
  expect(namesOf()).toEqual(before);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(await evaluate("[$sum([1, 2]), $max([1, 2]), $count($keys(input))]", { input })).toEqual([3, 2, 6]);
}

describe("no escape", () => {
  test("there are enough attempts, each under its own name", () => {
    expect(escapeAttempts.length).toBeGreaterThan(100);
    expect(new Set(escapeAttempts.map(({ name }) => name)).size).toBe(escapeAttempts.length);
  });

  test.each(escapeAttempts)("$name", async ({ source, ends }) => {
    if ("code" in ends)
      expect(await failureOf(source, { input, globals })).toMatch(new RegExp(`^${ends.code}: Node 'n'`));
    else expect(await evaluate(source, { input, globals })).toEqual(ends.value);
    await assertUnharmed();
  });
});
