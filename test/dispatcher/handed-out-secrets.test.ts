import { describe, expect, test } from "vitest";
import { HandedOutSecrets } from "../../src/dispatcher/handed-out-secrets.ts";

const secret = "k\"1\\ü /+&=!(')*~";

function watching(...values: readonly string[]): HandedOutSecrets {
  const handedOut = new HandedOutSecrets();
  for (const value of values) handedOut.add(value);
  return handedOut;
}

const inJson = JSON.stringify({ key: secret });
const forms: readonly (readonly [what: string, text: string])[] = [
  ["as it is", `key ${secret}.`],
  ["as a JSON text", inJson],
  ["as a JSON text in a JSON text", JSON.stringify({ body: inJson })],
  ["url-encoded", `https://example.com/?key=${encodeURIComponent(secret)}&x=1`],
  ["url-encoded in lower case", encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
  ["as a form's field", String(new URLSearchParams({ key: secret }))],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64url", Buffer.from(secret).toString("base64url")],
  ["as the user of basic authentication", `Basic ${Buffer.from(`${secret}:`).toString("base64")}`],
  ["as a password of basic authentication", `Basic ${Buffer.from(`u:${secret}`).toString("base64")}`],
  ["as another password", `Basic ${Buffer.from(`me:${secret}`).toString("base64")}`],
  ["in a base64 text inside JSON", JSON.stringify(JSON.stringify(Buffer.from(`abc${secret}`).toString("base64")))],
];

describe("a secret that was handed out", () => {
  test.each(forms)("is found and replaced %s", (_what, text) => {
    const handedOut = watching(secret);
    expect(handedOut.isIn(text)).toBe(true);
    const redacted = handedOut.redact(text);
    expect(redacted).toContain("[secret]");
    expect(handedOut.isIn(redacted)).toBe(false);
    for (const trace of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").slice(6, -6)]) {
      expect(redacted).not.toContain(trace);
    }
  });

  test("is replaced wherever it stands, and what is around it stays", () => {
    expect(watching("first-key-1", "other-key-2").redact("a first-key-1, first-key-1b other-key-2 c")).toBe(
      "a [secret], [secret]b [secret] c",
    );
  });

  test("that begins with another goes as a whole", () => {
    expect(watching("long-key", "long-key-and-more").redact("it is long-key-and-more!")).toBe("it is [secret]!");
  });

  test("with white space around it is watched without: a program may trim it", () => {
    expect(watching("  a-secret-line\n").redact("x a-secret-line x")).toBe("x [secret] x");
  });

  test("shorter than 8 characters is not watched: it would be found in any text", () => {
    const handedOut = watching("seven77", "", "   ", "12345678");
    expect(handedOut.redact("seven77 12345678")).toBe("seven77 [secret]");
  });

  test("with every text of its JSON is watched when it is an object or a list", () => {
    const text = JSON.stringify({ user: "me", nested: [{ password: 'correct "horse"' }], port: 5432, on: true });
    const handedOut = watching(text);
    expect(handedOut.isIn(text)).toBe(true);
    expect(handedOut.redact('login with correct "horse" as me at 5432')).toBe("login with [secret] as me at 5432");
  });

  test("that is a JSON text is watched without its quotes too", () => {
    expect(watching('"hunter2-hunter2"').redact("key hunter2-hunter2")).toBe("key [secret]");
  });

  test("with many texts in its JSON pushes no other out: the first 32 are watched", () => {
    const texts = Array.from({ length: 200 }, (_, index) => `text-number-${1000 + index}`);
    const handedOut = watching("the-other-secret", JSON.stringify(texts));
    expect(handedOut.isIn("the-other-secret")).toBe(true);
    expect(handedOut.isIn("text-number-1031")).toBe(true);
    expect(handedOut.isIn("text-number-1032")).toBe(false);
  });

  test("is none: nothing is found or changed", () => {
    expect(watching().isIn("anything")).toBe(false);
    expect(watching().redact("anything")).toBe("anything");
  });
});

describe("what is kept", () => {
  test("is bounded: the oldest goes, and one that is handed out again is new", () => {
    const handedOut = watching(...Array.from({ length: 128 }, (_, index) => `secret-number-${1000 + index}`));
    handedOut.add("secret-number-1000");
    handedOut.add("one-more-secret");
    expect(handedOut.isIn("secret-number-1000")).toBe(true);
    expect(handedOut.isIn("secret-number-1001")).toBe(false);
    expect(handedOut.isIn("secret-number-1127, one-more-secret")).toBe(true);
  });

  test("of tokens is bounded by itself: many of them push no secret out", () => {
    const handedOut = watching("the-secret");
    for (let index = 0; index < 1000; index += 1) handedOut.addToken(`${index}.k1.token`);
    expect(handedOut.isIn("999.k1.token")).toBe(true);
    expect(handedOut.isIn("the-secret")).toBe(true);
    expect(handedOut.isIn("7.k1.token")).toBe(false);
  });
});
