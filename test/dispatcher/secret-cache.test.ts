import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { HandedOutSecrets } from "../../src/dispatcher/handed-out-secrets.ts";
import { SecretCache } from "../../src/dispatcher/secret-cache.ts";
import { SimulatedClock } from "../../src/platforms/memory/index.ts";

const json = JSON.stringify({ apiKey: "the-api-key", user: "me", port: 5432, __proto__: null });

/** A cache over secrets that the test changes; an error in the place of a secret is thrown. */
function cacheOver(secrets: Record<string, string | Error | undefined>) {
  const reads: string[] = [];
  const source = (scheme: string) => ({
    read: async (name: string) => {
      reads.push(`${scheme}:${name}`);
      const found = secrets[name];
      if (found instanceof Error) throw found;
      return found;
    },
  });
  const clock = new SimulatedClock();
  const handedOut = new HandedOutSecrets();
  const sources = { ssm: source("ssm"), secretsmanager: source("secretsmanager") };
  return { cache: new SecretCache({ sources, clock, handedOut }), clock, handedOut, reads, secrets };
}

describe("reading a secret", () => {
  test("asks the source that the scheme names", async () => {
    const { cache, reads } = cacheOver({ "/orders/key": "ssm-key", "orders/key": "manager-key" });
    expect(await cache.read("ssm:/orders/key")).toBe("ssm-key");
    expect(await cache.read("secretsmanager:orders/key")).toBe("manager-key");
    expect(reads).toEqual(["ssm:/orders/key", "secretsmanager:orders/key"]);
  });

  test("happens once in five minutes for all that ask, at the same time too, whatever the field", async () => {
    const { cache, clock, reads } = cacheOver({ pay: json });
    const references = ["secretsmanager:pay", "secretsmanager:pay#apiKey", "secretsmanager:pay#user"];
    expect(await Promise.all(references.map((reference) => cache.read(reference)))).toEqual([
      json,
      "the-api-key",
      "me",
    ]);
    clock.advance(299_999);
    await cache.read("secretsmanager:pay");
    expect(reads).toHaveLength(1);
    clock.advance(1);
    await cache.read("secretsmanager:pay");
    expect(reads).toHaveLength(2);
  });

  test("gives the rotated secret once the old one has expired, and watches both", async () => {
    const { cache, clock, handedOut, secrets } = cacheOver({ pay: "old-secret" });
    await cache.read("ssm:pay");
    secrets["pay"] = "new-secret";
    clock.advance(300_000);
    expect(await cache.read("ssm:pay")).toBe("new-secret");
    expect(handedOut.redact("old-secret new-secret")).toBe("[secret] [secret]");
  });

  test("that fails is not kept: the next one asks again", async () => {
    const { cache, reads, secrets } = cacheOver({ pay: new Error("throttled") });
    await expect(Promise.all([cache.read("ssm:pay"), cache.read("ssm:pay")])).rejects.toThrow("throttled");
    secrets["pay"] = undefined;
    await expect(cache.read("ssm:pay")).rejects.toMatchObject({ code: "secret.missing", isRetryable: true });
    secrets["pay"] = "here-at-last";
    expect(await cache.read("ssm:pay")).toBe("here-at-last");
    expect(reads).toHaveLength(3);
  });

  test("keeps a bounded number of them", async () => {
    const { cache, reads } = cacheOver(
      Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`n${index}`, "s"])),
    );
    for (let index = 0; index < 129; index += 1) await cache.read(`ssm:n${index}`);
    await cache.read("ssm:n128");
    expect(reads).toHaveLength(129);
    await cache.read("ssm:n0");
    expect(reads).toHaveLength(130);
  });

  test("watches what it hands out, and nothing before", async () => {
    const { cache, handedOut } = cacheOver({ pay: json });
    expect(handedOut.redact("the-api-key")).toBe("the-api-key");
    await cache.read("secretsmanager:pay#apiKey");
    expect(handedOut.redact("the-api-key")).toBe("[secret]");
  });
});

describe("a reference that leads nowhere", () => {
  test.each([
    ["env:HOME", "secret.scheme-unknown", false, /no secrets of the scheme env; known: ssm, secretsmanager/],
    ["constructor:x", "secret.scheme-unknown", false, /scheme constructor/],
    ["nonsense", "input.invalid", false, /must be <scheme>:<name>/],
    ["ssm:/nowhere", "secret.missing", true, /no secret ssm:\/nowhere/],
    ["ssm:json#password", "secret.field-missing", true, /ssm:json has no text under the field password/],
    ["ssm:json#port", "secret.field-missing", true, /field port/],
    ["ssm:json#constructor", "secret.field-missing", true, /field constructor/],
    ["ssm:text#apiKey", "secret.field-missing", true, /field apiKey/],
    ["ssm:list#0", "secret.field-missing", true, /field 0/],
  ])("is an error that says so: %s", async (reference, code, isRetryable, message) => {
    const { cache } = cacheOver({ json, text: "hunter2-hunter2", list: '["hunter2-hunter2"]' });
    const error: unknown = await cache.read(reference).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, isRetryable, message: expect.stringMatching(message) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunter2|the-api-key/);
  });
});
