import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../src/expressions/parse-template.ts";

const sourcesOf = (text: string) =>
  parseTemplate(text).parts.flatMap((part) => (part.type === "expression" ? [part.source] : []));

describe("where an expression ends", () => {
  test.each([
    ['{% "a %} b" %}', '"a %} b"'],
    ["{% 'it\\'s %}' %}", "'it\\'s %}'"],
    ["{% a.`b %} c` %}", "a.`b %} c`"],
    ["{% a /* not %} yet */ %}", "a /* not %} yet */"],
    ['{% $contains(a, /"/) %}', '$contains(a, /"/)'],
    ["{% $contains(a, /%\\}/) %}", "$contains(a, /%\\}/)"],
    ["{% a in /'/ %}", "a in /'/"],
    ["{% a / b / 'c' %}", "a / b / 'c'"],
    ["{% (a) / 2 & '/' %}", "(a) / 2 & '/'"],
    ['{% a.* / 2 & "\'" %}', 'a.* / 2 & "\'"'],
    ["{% 7 % 2 %}", "7 % 2"],
    ['{% { "a": b } %}', '{ "a": b }'],
    ["{%a%}", "a"],
  ])("%s", (text, source) => {
    expect(sourcesOf(text)).toEqual([source]);
    expect(parseTemplate(text).isWhole).toBe(true);
  });

  test("a text may have several, with or without text between", () => {
    expect(sourcesOf("a {% b %}{% c %} %} d")).toEqual(["b", "c"]);
    expect(parseTemplate("a {% b %}").isWhole).toBe(false);
    expect(parseTemplate("{% b %}{% c %}").isWhole).toBe(false);
  });

  test.each(["{% a", "x {% 'a %}", "{% a %} {% b", "{% /a %}", "{% `a %}", "{% /* a %}"])("%s has no end", (text) => {
    expect(() => parseTemplate(text)).toThrow("has no closing %}");
  });

  test.each(["{%%}", "{%   %}", "a {% %}"])("%s is empty", (text) => {
    expect(() => parseTemplate(text)).toThrow("the expression is empty");
  });
});
