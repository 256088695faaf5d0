import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { RefluxoError } from "../../src/engine/index.ts";
import { BoundedPattern, findPatternProblem, maxTextLengthOf } from "../../src/expressions/bounded-pattern.ts";
import { nativeNames } from "../../src/expressions/native-names.ts";
import { evaluate, failureOf, transform } from "./evaluate.ts";

const endless = "($f := function($x){ $f($x) }; $f(1))";

describe("time", () => {
  test("ends an evaluation once the clock has passed the limit", async () => {
    let now = 0;
    const clock = () => {
      now += 1;
      return now;
    };
    expect(await failureOf(endless, { clock, limits: { timeMs: 500 } })).toMatch(/^expression\.timeout: .*500 ms/);
    expect(now).toBeLessThan(600);
  });

  test("ends a loop of built-in functions alone", async () => {
    let now = 0;
    const clock = () => {
      now += 1;
      return now;
    };
    const given = { clock, limits: { timeMs: 500 } };
    expect(await failureOf("$reduce([1..5000], $append)", given)).toMatch(/^expression\.timeout/);
  });

  test("does not run out because the process was stopped for a while, or its clock was set", async () => {
    let now = 0;
    const clock = () => {
      now += now === 0 ? 1 : 3_600_000;
      return now > 7_200_000 ? 7_200_000 : now;
    };
    expect(await evaluate("$sum([1..100])", { clock })).toBe(5050);
    expect(now).toBeGreaterThan(3_600_000);
  });

  test("is counted anew for every expression", async () => {
    let now = 0;
    const clock = () => {
      now += 1;
      return now;
    };
    const data = Array.from({ length: 50 }, () => "{% $sum([1, 2, 3]) %}");
    expect(await transform(data, { clock, limits: { timeMs: 100 } })).toEqual(Array.from({ length: 50 }, () => 6));
    expect(now).toBeGreaterThan(100);
  });

  test("an aborted step ends it with the retryable step.timeout, and timers have their turn meanwhile", async () => {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error("out of time"));
    setImmediate(abort);
    const step = { signal: controller.signal };
    const failure = evaluate(endless, { step, limits: { timeMs: 60_000 } });
    await expect(failure).rejects.toMatchObject({ code: "step.timeout", isRetryable: true });
    await expect(failure).rejects.toBeInstanceOf(RefluxoError);
  });

  test("a step that has aborted evaluates nothing", async () => {
    const step = { signal: AbortSignal.abort() };
    await expect(evaluate("1", { step })).rejects.toMatchObject({ code: "step.timeout" });
  });
});

describe("size", () => {
  test("a result may take as many bytes of JSON as the limit says, and not one more", async () => {
    const texts: readonly [string, number][] = [
      ["abc", 5],
      ["\u00e4\n", 6],
      ["\u20ac", 5],
      ["\u{1f600}", 6],
    ];
    for (const [text, bytes] of texts) {
      expect(Buffer.byteLength(JSON.stringify(text))).toBe(bytes);
      const input = { text };
      expect(await evaluate("input.text", { input, limits: { resultBytes: bytes } })).toBe(text);
      const failure = await failureOf("input.text", { input, limits: { resultBytes: bytes - 1 } });
      expect(failure).toMatch(/^expression\.too-large/);
    }
    const input = { a: [1, true, null, { b: -1.5, c: "x" }], d: {} };
    const bytes = JSON.stringify(input).length;
    expect(await evaluate("input", { input, limits: { resultBytes: bytes } })).toEqual(input);
    expect(await failureOf("input", { input, limits: { resultBytes: bytes - 1 } })).toMatch(/^expression\.too-large/);
  });

  test("a text that expressions are written into is bound by the same limit", async () => {
    const given = { input: { t: "x".repeat(60) }, limits: { resultBytes: 100 } };
    await expect(transform("{% input.t %} {% input.t %}", given)).rejects.toMatchObject({
      code: "expression.too-large",
    });
  });

  test("large data may be looked into, but not be written out", async () => {
    const input = { rows: Array.from({ length: 200 }, (_, index) => ({ index, text: "x".repeat(100) })) };
    const limits = { valueBytes: 2000 };
    expect(await evaluate("input.rows[150].index", { input, limits })).toBe(150);
    expect(await evaluate("$count(input.rows)", { input, limits })).toBe(200);
    for (const source of ['"" & input', "$string(input)", "$clone(input)", "[input]", "-input"]) {
      expect(await failureOf(source, { input, limits })).toMatch(/^expression\.too-large/);
    }
  });

  test("nested deeper than the engine lets data nest, a result is refused", async () => {
    const nest = (depth: number) => `($f := function($x, $n){ $n = 0 ? $x : $f([[$x]], $n - 1) }; $f(1, ${depth}))`;
    expect(JSON.stringify(await evaluate(nest(90)))).toContain("1");
    expect(await failureOf(nest(300))).toMatch(/^expression\.not-json/);
  });

  test("a '*' stands for no more members than a sequence may have", async () => {
    const input = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, index]));
    expect(await failureOf("input.*", { input, limits: { sequenceLength: 200 } })).toMatch(/^expression\.too-large/);
  });
});

describe("patterns", () => {
  test.each(["(a+)+", "(a*)*b", "(a|a)*", "(a|ab)+", "((a|b)c)*", "(?:x|y){20}", "(a?b?)*", "([a-z]+\\d*)+"])(
    "/%s/ could take exponential time",
    (source) => {
      expect(findPatternProblem(new RegExp(source))).toContain("exponential");
    },
  );

  test.each(["^\\d{4}-\\d{2}$", "[(|)]*x", "\\(a\\|b\\)*", "(a|b)c", "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", "(?:abc)+"])(
    "/%s/ is taken",
    (source) => {
      expect(findPatternProblem(new RegExp(source))).toBeUndefined();
    },
  );

  test("work on shorter texts the more they repeat: a usual mail address has room", () => {
    const lengths = ["^abc$", "a*b", "a*a*b", "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"].map(maxTextLengthOf);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    expect(lengths[0]).toBe(2 ** 20);
    expect(lengths[3]).toBeGreaterThan(180);
    for (const reference of ["(a*)\\1b", "(?<x>a*)\\k<x>b"]) {
      expect(maxTextLengthOf(reference)).toBe(maxTextLengthOf("(a*)a*b"));
    }
    expect(maxTextLengthOf("(a*)\\\\1b")).toBe(maxTextLengthOf("(a*)b"));
    expect(() => new BoundedPattern(/a*a*b/).exec("a".repeat(5000))).toThrow("works on texts of at most");
    expect(new BoundedPattern(/(b)/g).exec("abc")?.index).toBe(1);
  });
});

describe("functions that look for something in a loop of their own", () => {
  const sources = ["$match(input.t, /a/)", "$split(input.t, /a/)", "$replace(input.t, /a/, 'b')"];

  test.each(sources)("%s ends once the clock has passed the limit", async (source) => {
    let now = 0;
    const clock = () => {
      now += 1;
      return now;
    };
    const given = { clock, input: { t: "a".repeat(5_000) }, limits: { timeMs: 500 } };
    expect(await failureOf(source, given)).toMatch(/^expression\.timeout: .*500 ms/);
    expect(now).toBeLessThan(600);
  });

  test("a replacement counts for each match, as it is walked over each time, whatever it comes to", async () => {
    const input = { t: "a".repeat(1_000), by: "$1".repeat(1_000) };
    const failure = await failureOf("$replace(input.t, /a/, input.by)", { input, limits: { valueBytes: 10_000 } });
    expect(failure).toMatch(/^expression\.too-large/);
    expect(await evaluate("$replace(input.t, /(a+)/, '<$1>')", { input: { t: "abaa" } })).toBe("<a>b<aa>");
  });

  test("a text to look for may be the shorter the longer the other is", async () => {
    const sought = (length: number) => ({ t: "a".repeat(1_000_000), s: `${"a".repeat(length - 1)}b` });
    for (const call of ["$contains(input.t, input.s)", "$split(input.t, input.s)", "$replace(input.t, input.s, 'x')"]) {
      expect(await failureOf(call, { input: sought(1_001) })).toMatch(/^expression\.too-large: .*1000 characters/);
    }
    expect(await evaluate("$contains(input.t, input.s)", { input: sought(1_000) })).toBe(false);
    expect(await evaluate("$contains('abc', input.s)", { input: sought(10_000) })).toBe(false);
  });

  test("what a text is padded with counts as often as it is repeated", async () => {
    const input = { with: "ab".repeat(50) };
    expect(await evaluate("$pad('x', 5, input.with)", { input })).toBe("xabab");
    expect(await evaluate("$pad('x', -5, '')", { input })).toBe("    x");
    const given = { input, limits: { textLength: 499 } };
    expect(await failureOf("$pad('x', 5, input.with)", given)).toMatch(/^expression\.too-large/);
  });
});

test("every function of JSONata is known to us, but $eval", () => {
  const source = readFileSync(createRequire(import.meta.url).resolve("jsonata"), "utf8");
  const bound = [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => name);
  expect(bound.length).toBeGreaterThan(60);
  expect([...nativeNames, "eval"].toSorted()).toEqual([...new Set([...bound, "now", "millis"])].toSorted());
});
