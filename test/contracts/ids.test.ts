import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { DefinitionId, Version, WorkflowId } from "../../src/contracts/ids.ts";

describe("WorkflowId", () => {
  test.each(["a", "order-2001", "tenant:order_1.v2", "x".repeat(128)])("takes %s", (id) => {
    expect(v.is(WorkflowId, id)).toBe(true);
  });

  test.each([
    "",
    ".",
    "..",
    "a/b",
    "a b",
    "a\n",
    "ä",
    "a#1",
    "__proto__",
    "constructor",
    "prototype",
    "x".repeat(129),
    1,
  ])("refuses %j", (id) => {
    expect(v.is(WorkflowId, id)).toBe(false);
  });
});

describe("DefinitionId", () => {
  test.each(["csv-import", "A_1", "x".repeat(64)])("takes %s", (id) => {
    expect(v.is(DefinitionId, id)).toBe(true);
  });

  test.each(["", "a.b", "a:b", "constructor", "x".repeat(65)])("refuses %j", (id) => {
    expect(v.is(DefinitionId, id)).toBe(false);
  });
});

describe("Version", () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])("takes %d", (version) => {
    expect(v.is(Version, version)).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1", null])("refuses %s", (version) => {
    expect(v.is(Version, version)).toBe(false);
  });
});
