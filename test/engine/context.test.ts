import { describe, expect, it } from "vitest";
import { lastOutput } from "../../src/engine/index.ts";

const result = (output: unknown, error?: string) => ({
  output,
  timestamp: 1,
  attempt: 1,
  ...(error !== undefined && { error }),
});

describe("lastOutput", () => {
  it("is the output of the last result that succeeded", () => {
    const context = { a: [result(1), result(2), result(null, "broken")], b: [result(null, "broken")], c: [] };
    expect(lastOutput(context, "a")).toBe(2);
    expect(["b", "c", "d", "constructor", "__proto__"].map((id) => lastOutput(context, id))).toEqual(
      Array(5).fill(undefined),
    );
  });
});
