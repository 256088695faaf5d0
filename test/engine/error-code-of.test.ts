import { describe, expect, it } from "vitest";
import { errorCodeOf, RefluxoError, RetryableError, TerminalError } from "../../src/engine/index.ts";

const hostile = new Proxy(new Error("x"), {
  get: () => {
    throw new Error("no reading");
  },
});

describe("the code of an error", () => {
  it.each([
    ["a RefluxoError's code", new RefluxoError("shop.closed", "x"), "shop.closed"],
    ["a RetryableError's, if it has none of its own", new RetryableError("x"), "node.retryable"],
    ["a TerminalError's, if it has none of its own", new TerminalError("x"), "node.terminal"],
    ["the code of Node's errors", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    [
      "the name of an SDK's error",
      Object.assign(new Error("x"), { name: "ThrottlingException" }),
      "ThrottlingException",
    ],
    ["the name, when the code is no text", Object.assign(new TypeError("x"), { code: 42 }), "TypeError"],
    ["the name, when the code is empty", Object.assign(new Error("x"), { code: "" }), "Error"],
    ["the code of a plain object", { code: "odd" }, "odd"],
    ["error, for a text", "broken", "error"],
    ["error, for nothing", undefined, "error"],
    ["error, for null", null, "error"],
    ["error, for what cannot be read", hostile, "error"],
  ])("is %s", (_which, thrown, code) => {
    expect(errorCodeOf(thrown)).toBe(code);
  });

  it("is at most 128 characters long", () => {
    expect(errorCodeOf({ code: "x".repeat(1_000) })).toHaveLength(128);
  });
});
