import { describe, expect, it } from "vitest";
import { compileEventPattern } from "../../../../src/platforms/local/events/event-pattern.ts";

const event = {
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:a", "arn:b"],
  detail: { bucket: { name: "uploads" }, object: { key: "in/2026/a.csv", size: 3 } },
};

describe("a pattern that matches", () => {
  it.each([
    [{ source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: ["x", "uploads"] } } }],
    [{ detail: { object: { key: [{ prefix: "in/" }] } } }],
    [{ detail: { object: { key: [{ suffix: ".json" }, { suffix: ".csv" }] } } }],
    [{ detail: { object: { key: [{ wildcard: "in/*/*.csv" }], size: [3] } } }],
    [{ resources: ["arn:b"] }],
  ])("%j", (pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(true);
  });
});

describe("a pattern that does not match", () => {
  it.each([
    [{ source: ["aws.ec2"] }],
    [{ detail: { bucket: { name: ["upload"] } } }],
    [{ source: ["aws.s3"], detail: { object: { key: [{ prefix: "out/" }] } } }],
    [{ detail: { object: { key: [{ wildcard: "in/*.json" }] } } }],
    [{ detail: { object: { key: [{ wildcard: "in/2026/a+csv" }] } } }],
    [{ detail: { missing: { name: ["x"] } } }],
    [{ toString: [{ prefix: "f" }] }],
  ])("%j", (pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(false);
  });
});

describe("a pattern that is not known is refused with its path", () => {
  it.each([
    [{ detail: { a: [{ "anything-but": "x" }] } }, "$.detail.a"],
    [{ detail: { a: [{ prefix: { "equals-ignore-case": "x" } }] } }, "$.detail.a"],
    [{ detail: { a: [{ constructor: "x" }] } }, "$.detail.a"],
    [{ detail: { a: [{ wildcard: "a\\*" }] } }, "$.detail.a"],
    [{ source: "aws.s3" }, "$.source"],
    ["text", "$"],
  ])("%j", (pattern, path) => {
    expect(() => compileEventPattern(pattern)).toThrow(`Event pattern ${path}: `);
  });
});
