import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/contracts/parse-error.ts";
import { parseSecretReference } from "../../src/contracts/secret-reference.ts";

describe("a reference to a secret", () => {
  test.each([
    ["ssm:/orders/payment-key", { scheme: "ssm", name: "/orders/payment-key" }],
    ["secretsmanager:orders/payment", { scheme: "secretsmanager", name: "orders/payment" }],
    ["secretsmanager:orders/payment#apiKey", { scheme: "secretsmanager", name: "orders/payment", field: "apiKey" }],
    ["ssm:/orders/db#pass word", { scheme: "ssm", name: "/orders/db", field: "pass word" }],
    [
      "secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders/payment-AbCdEf",
      {
        scheme: "secretsmanager",
        name: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders/payment-AbCdEf",
      },
    ],
  ])("names a scheme, a secret and perhaps a field: %s", (text, reference) => {
    expect(parseSecretReference(text)).toEqual(reference);
  });

  test.each([
    "",
    "hunter2-hunter2",
    "ssm:",
    ":hunter2",
    "SSM:/hunter2",
    "ssm:/hunter2#",
    "ssm:/hunter2 hunter2",
    "ssm:/a\nhunter2",
    `ssm:/hunter2${"x".repeat(2048)}`,
    7,
    null,
    undefined,
    { reference: "hunter2" },
  ])("that is none is refused, and not shown: it may be the secret itself (I16): %j", (text) => {
    const refused = () => parseSecretReference(text);
    expect(refused).toThrow(ParseError);
    try {
      refused();
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
    }
  });
});
