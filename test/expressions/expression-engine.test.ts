import { describe, expect, test } from "vitest";
import { ExpressionEngine } from "../../src/expressions/index.ts";
import { evaluate, failureOf, frozen, makeStep, transform } from "./evaluate.ts";

const result = (output: unknown, error?: string) => ({
  output,
  timestamp: 1,
  attempt: 1,
  ...(error !== undefined && { error }),
});

describe("what an expression comes to", () => {
  const input = frozen({ count: 2, items: [{ price: 3 }, { price: 4 }], none: null, name: "Ada", no: false });

  test("one expression as a whole keeps its type, whatever space is around it", async () => {
    const data = {
      number: "{% input.count + 1 %}",
      list: "  {%input.items.price%}\n",
      object: "{% input.items[0] %}",
      nothing: "{% input.none %}",
      truth: "{% input.no %}",
      text: "{% input.name %}",
    };
    expect(await transform(data, { input })).toEqual({
      number: 3,
      list: [3, 4],
      object: { price: 3 },
      nothing: null,
      truth: false,
      text: "Ada",
    });
  });

  test("within a text, texts stand as they are and everything else as JSON", async () => {
    const text = "{% input.name %}: {% input.count %} {% input.no %} {% input.none %} {% input.items %}";
    expect(await transform({ text }, { input })).toEqual({ text: 'Ada: 2 false null [{"price":3},{"price":4}]' });
    expect(await transform({ text: "{% input.count %}{% input.count %}" }, { input })).toEqual({ text: "22" });
  });

  test("nothing leaves its member out, and is an error in a list, within a text and as the whole data", async () => {
    expect(await transform({ a: "{% input.nope %}", b: 1 }, { input })).toEqual({ b: 1 });
    const message = "it comes to nothing";
    for (const data of [{ a: ["{% input.nope %}"] }, { a: "x {% input.nope %}" }, "{% input.nope %}"]) {
      await expect(transform(data, { input })).rejects.toMatchObject({
        code: "expression.nothing",
        isRetryable: false,
        message: expect.stringContaining(message),
      });
    }
  });

  test("is not evaluated again, so that no input is ever code", async () => {
    const hostile = { text: "{% globals.currency %}", list: ["{% 1 %}"] };
    const data = { a: "{% input.text %}", b: "{% input.list %}", c: "say {% input.text %}" };
    expect(await transform(data, { input: hostile, globals: { declared: { currency: "EUR" } } })).toEqual({
      a: "{% globals.currency %}",
      b: ["{% 1 %}"],
      c: "say {% globals.currency %}",
    });
  });

  test("keys are never expressions, and data without expressions is the same object", async () => {
    const data = { "{% 1 %}": "x", list: [1, { a: "%}" }] };
    expect(await transform(data)).toBe(data);
    expect(await transform({ "{% 1 %}": "{% 1 %}" })).toEqual({ "{% 1 %}": 1 });
  });

  test("is plain JSON: no marks of sequences, no prototypes of its own", async () => {
    const value = await evaluate("input.items[price > 1]", { input });
    expect(JSON.stringify(value)).toBe('[{"price":3},{"price":4}]');
    expect(Reflect.ownKeys(value as object)).toEqual(["0", "1", "length"]);
    expect(Object.getPrototypeOf((value as object[])[0])).toBe(Object.prototype);
  });

  test("frozen data is left as it is where JSONata writes into what it reads", async () => {
    const lists = frozen({ one: [1], empty: [] });
    expect(await evaluate("input.one[]", { input: lists })).toEqual([1]);
    expect(await evaluate('{ "a": input.empty{ "n": 1 }, "b": $count(input.empty) }', { input: lists })).toEqual({
      a: { n: 1 },
      b: 0,
    });
    const changed = await evaluate('input ~> |$|{ "two": 2 }, ["one"]|', { input: lists });
    expect(changed).toEqual({ empty: [], two: 2 });
    expect(lists).toEqual({ one: [1], empty: [] });
  });

  test("partial applications, functions and JSONata's own functions work as in JSONata", async () => {
    expect(await evaluate('$map(["ab", "cd"], $substring(?, 0, 1))')).toEqual(["a", "c"]);
    expect(await evaluate("$sort([3, 1, 2])")).toEqual([1, 2, 3]);
    expect(await evaluate("$sort([3, 1, 2], function($a, $b){ $a < $b })")).toEqual([3, 2, 1]);
    expect(await evaluate('$distinct([1, "1", { "a": 1, "b": 2 }, { "b": 2, "a": 1 }, 1])')).toEqual([
      1,
      "1",
      { a: 1, b: 2 },
    ]);
    expect(await evaluate('$spread([{ "a": 1, "b": 2 }, { "c": 3 }])')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
    expect(await evaluate('$string({ "a": [1, 2.5] })')).toBe('{"a":[1,2.5]}');
    expect(await evaluate('$reduce(["a", "b", "c"], function($a, $b){ $a & $b })')).toBe("abc");
  });
});

describe("what an expression sees", () => {
  const context = frozen({
    reserve: [result({ n: 1 }), result(null, "busy"), result({ n: 2 })],
    charge: [{ ...result(null, "refused"), errorCode: "payment.refused", attempt: 3 }],
    old: [result(null, "before there were codes")],
  });

  test("of a node its last output, all outputs, and the failure that it ended with", async () => {
    expect(await evaluate("nodes.reserve.last.n", { context })).toBe(2);
    expect(await evaluate("nodes.reserve.all", { context })).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await evaluate("nodes.reserve.error", { context })).toBeUndefined();
    expect(await evaluate("nodes.charge.error", { context })).toEqual({
      code: "payment.refused",
      message: "refused",
      attempts: 3,
    });
    expect(await evaluate("nodes.old.error", { context })).toEqual({ message: "before there were codes", attempts: 1 });
    expect(await evaluate("nodes.never.last", { context })).toBeUndefined();
    expect(await evaluate("$keys(nodes)", { context })).toEqual(["reserve", "charge", "old"]);
  });

  test("the caught error, what is compensated, and the workflow", async () => {
    const caughtError = { nodeId: "charge", code: "payment.refused", message: "no", attempts: 2 };
    const compensates = { nodeId: "reserve", visit: 0, output: { id: "r1" } };
    const step = { caughtError, compensates };
    expect(await evaluate("error", { step })).toEqual(caughtError);
    expect(await evaluate("compensates.output.id", { step })).toBe("r1");
    expect(await evaluate("[error, compensates]")).toEqual([]);
    expect(await evaluate("workflow")).toEqual({ id: "w", version: 3, tags: { order: "4711" } });
  });

  test("of the globals what was declared, and nothing else", async () => {
    const globals = { declared: { currency: "EUR" }, secret: async () => "hunter2", payloadBucket: "b" };
    expect(await evaluate("globals", { globals })).toEqual({ currency: "EUR" });
    expect(await evaluate("globals", { globals: {} })).toBeUndefined();
  });

  test("the time at which the step began", async () => {
    expect(await evaluate("$now()")).toBe("2026-11-24T12:00:00.000Z");
    expect(await evaluate('$now("[D01].[M01].[Y0001]")')).toBe("24.11.2026");
    expect(await evaluate("$millis()")).toBe(Date.UTC(2026, 10, 24, 12));
    expect(await evaluate('$fromMillis($toMillis("18:30", "[H01]:[m01]"))')).toBe("2026-11-24T18:30:00.000Z");
  });

  test("only what it asks for is looked at", async () => {
    const looked: string[] = [];
    const watch = (name: string, value: object): never =>
      new Proxy(value, {
        get: (target, key) => {
          looked.push(`${name}.${String(key)}`);
          return Reflect.get(target, key);
        },
      }) as never;
    const context = { big: watch("big", [result(1), result(2)]), small: watch("small", [result(3)]) };
    const step = { input: watch("input", { a: 1, b: { c: 2 } }) };
    expect(await evaluate("workflow.id", { context, step })).toBe("w");
    expect(looked).toEqual([]);
    expect(await evaluate("nodes.small.last", { context, step })).toBe(3);
    expect(looked.filter((name) => !name.startsWith("small."))).toEqual([]);
  });
});

describe("an expression that fails", () => {
  test("names node, path, expression and JSONata's reason", async () => {
    const data = { items: [{ price: '{% input.count + "x" %}' }] };
    await expect(transform(data, { input: { count: 1 } })).rejects.toMatchObject({
      code: "expression.failed",
      isRetryable: false,
      message:
        `Node 'n': data.items[0].price: {% input.count + "x" %}: ` +
        'T2002: The right side of the "+" operator must evaluate to a number (at character 13)',
    });
  });

  test("is quoted up to 200 characters", async () => {
    const message = await failureOf(`"${"a".repeat(500)}" + 1`);
    expect(message).toContain("a…: T2001");
    expect(message.length).toBeLessThan(400);
  });

  test.each([
    ["$error('out of stock')", "expression.failed", "out of stock"],
    ["$sum", "expression.not-json", "a function is not JSON"],
    ["1 / 0", "expression.not-json", "Infinity is not a JSON number"],
    ["[1..20000]", "expression.too-large", "D2015"],
    ["a +", "expression.syntax", "S0207"],
    ["", "expression.syntax", "the expression is empty"],
    ["$typo(1)", "expression.syntax", "nothing binds $typo"],
  ])("%s: %s", async (source, code, reason) => {
    const message = await failureOf(source);
    expect(message).toContain(`${code}: Node 'n': data.value: {%`);
    expect(message).toContain(reason);
  });

  test("a step without an id names the path alone", async () => {
    const engine = new ExpressionEngine({ clock: () => 0 });
    await expect(engine.transform({ a: "{% 1 / 0 %}" }, {})).rejects.toThrow(/^data\.a: /);
    const { nodeId: _, ...anonymous } = makeStep();
    await expect(engine.transform("{% 1 / 0 %}", {}, undefined, anonymous)).rejects.toThrow(/^data: /);
  });
});
