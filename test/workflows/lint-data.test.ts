import { describe, expect, test } from "vitest";
import { chain, edge, lint, problems } from "./lint-under-test.ts";

/** In parts, since the scan for secrets reads this file as well. */
const join = (...parts: readonly string[]) => parts.join("");
const awsKey = join("AK", "IAIOSFODNN7EXAMPLE");
const random = join("9f8a7c6d", "5e4b3a2f");

describe("the lint of data", () => {
  test("invalid-data: data that the type's schema refuses, but not where an expression stands", async () => {
    expect(await lint(chain(["a", "charge", { amount: "5" }]))).toMatchObject([
      {
        rule: "invalid-data",
        severity: "error",
        line: 9,
        column: 19,
        message: expect.stringContaining("node 'a' of type 'charge': data.amount: Invalid type"),
      },
    ]);
    expect(await problems(chain(["a", "charge", { amount: 5 }]))).toEqual([]);
    expect(await problems(chain(["a", "charge", { amount: "{% input.amount %}" }]))).toEqual([]);
    expect(await lint(chain(["a", "charge", { amount: "{% input.amount %}", note: 5, tip: 1 }]))).toMatchObject([
      { rule: "invalid-data", message: expect.stringContaining("data.note: Invalid type") },
      { rule: "invalid-data", message: expect.stringContaining("data.tip: Invalid key") },
    ]);
  });

  test("unknown-definition: a child that is not among the definitions, nor the definition itself", async () => {
    const branches = { one: { definitionId: "row" }, two: { definitionId: "rows" }, three: "{% input.three %}" };
    const definition = chain(
      ["each", "map", { definitionId: "rwo", items: [] }],
      ["both", "parallel", { branches }],
      ["again", "sub-workflow", { definitionId: "d" }],
      ["any", "sub-workflow", { definitionId: "{% input.next %}" }],
    );
    expect(await lint(definition, ["row", "import"])).toMatchObject([
      {
        rule: "unknown-definition",
        severity: "error",
        ...{ line: 9, column: 25 },
        message: "node 'each' starts 'rwo', and there is no such workflow definition",
        fix: "use 'd', 'row' or 'import', or add a line to src/workflows/definitions.ts",
      },
      { rule: "unknown-definition", message: "node 'both' starts 'rows', and there is no such workflow definition" },
    ]);
    expect(await problems(definition)).toEqual([]);
  });

  test.each([
    ["an AWS access key", { note: awsKey }],
    ["a private key", { key: join("-----BEGIN RSA PRI", "VATE KEY-----\nMIIE") }],
    ["a bearer token", { headers: { authorization: join("Bea", "rer abcdefghij0123456789") } }],
    ["a JSON Web Token", { value: join("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIxMjM0NTY3ODkwIn0.abc") }],
    ["an access token of a service", { value: join("gh", "p_", "a1B2".repeat(9)) }],
    ["a password in a URL", { url: join("https://user:", "hunter22", "@example.com/") }],
    ["a secret under 'apiKey'", { apiKey: random }],
    ["a secret under 'password'", { login: { password: join("Tr0ub", "4dor&3") } }],
    ["a secret under 'clientSecret'", { clientSecret: [random] }],
    ["an AWS access key", { note: `{% '${awsKey}' & input.x %}` }],
  ])("secret-looking-literal: %s", async (kind, data) => {
    const found = await lint(chain(["a", "any", data]));
    expect(found).toMatchObject([{ rule: "secret-looking-literal", severity: "error" }]);
    expect(found[0]?.message).toContain(kind);
    // A finding is printed in CI: the secret is not.
    expect(JSON.stringify(found)).not.toMatch(/AKIA|9f8a|Tr0ub|hunter22|MIIE|eyJ|ghp_/);
  });

  test.each([
    [{ apiKey: "secretsmanager:sms#apiKey", password: "ssm:/orders/password" }],
    [{ token: "{% input.token %}" }],
    [{ tokenFrom: random, secretName: random }],
    [{ password: "aaaaaaaaaaaa", secret: "the one in the safe" }],
    [{ url: "https://example.com/a:b@c", text: "The bearer of this letter" }],
  ])("secret-looking-literal: not %j", async (data) => {
    expect(await problems(chain(["a", "any", data]))).toEqual([]);
  });

  test("from-node-cannot-have-run: a field such as orderFrom that names a later node", async () => {
    expect(await problems(chain(["a", "any", { orderFrom: "b" }], ["b", "any"]))).toEqual([
      "from-node-cannot-have-run: node 'a' reads the result of 'b', which cannot have run before it",
    ]);
    expect(await problems(chain(["a", "any", { deep: [{ listFrom: ["a"] }] }]))).toHaveLength(1);
    expect(await problems(chain(["a", "any"], ["b", "any", { orderFrom: "a" }]))).toEqual([]);
    expect(await problems(chain(["a", "any", { validFrom: "2026-01-01", from: "a" }]))).toEqual([]);
  });

  test("from-node-cannot-have-run: in a loop a node reads itself and what follows it", async () => {
    const loop = chain(["a", "any", { progressFrom: "a", restFrom: "b" }], ["b", "any"]);
    const edges = [edge("a", "b"), edge("b", "a", "more")];
    expect(await problems({ ...loop, maxSteps: 9, edges })).toEqual([]);
  });
});
