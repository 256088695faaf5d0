import { expect, test } from "vitest";
import { InputError } from "../../src/contracts/input-error.ts";
import { ParseError } from "../../src/contracts/parse-error.ts";

test("an input error is a parse error with a code of its own", () => {
  const cause = new Error("why");
  const error = new InputError("input.too-large", "$.body", "is too large", { cause });
  expect(error).toBeInstanceOf(ParseError);
  expect(error).toMatchObject({
    code: "input.too-large",
    path: "$.body",
    reason: "is too large",
    isRetryable: false,
    cause,
  });
  expect(error.message).toBe("$.body: is too large");
});
