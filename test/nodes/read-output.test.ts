import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { given, readOutput } from "../../src/nodes/index.ts";

const Count = v.object({ count: v.number() });
const resultOf = (output: unknown, error?: string) => ({ output, timestamp: 1, attempt: 1, ...(error && { error }) });

describe("readOutput", () => {
  test("gives the last output of a node, failed attempts left out", () => {
    const context = { a: [resultOf({ count: 1 }), resultOf({ count: 2 }), resultOf(null, "failed")] };
    expect(readOutput(Count, context, "a")).toEqual({ count: 2 });
  });

  test("a node without a result is a terminal error that names it", () => {
    expect(() => readOutput(Count, {}, "toString")).toThrow(
      expect.objectContaining({ message: 'Node "toString" has no result yet.', isRetryable: false }),
    );
  });

  test("an output of another shape is a terminal error that names node and field", () => {
    expect(() => readOutput(Count, { a: [resultOf({ count: "1" })] }, "a")).toThrow("context.a.count: ");
  });
});

describe("given", () => {
  test("passes what is given on, and names what is missing", () => {
    expect(given(0, "step")).toBe(0);
    expect(() => given(undefined, "globals")).toThrow("This node needs `globals`, and got none.");
  });
});
