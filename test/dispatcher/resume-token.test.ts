import { describe, expect, test } from "vitest";
import { grantFor, makeResumeToken, verifyResumeToken } from "../../src/dispatcher/resume-token.ts";
import type { ResumeKeys } from "../../src/ports/resume-keys.ts";

const secrets = new Map([
  ["k1", "first secret of the tests, 32 bytes"],
  ["k2", "second secret of the tests, 32 bytes"],
]);
const keysOf = (currentId: string): ResumeKeys => {
  const find = async (id: string) => {
    const secret = secrets.get(id);
    return secret === undefined ? undefined : { id, secret };
  };
  return { find, current: async () => (await find(currentId)) ?? Promise.reject(new Error("no key")) };
};
const keys = keysOf("k1");
const plain = { version: 3 };
const ending = { version: 3, expiresAtS: 4_102_444_800 };

describe("a resume token", () => {
  test("is the version, the key and the MAC, with its end between them where it has one", async () => {
    expect(await makeResumeToken(keys, "w", plain)).toMatch(/^3\.k1\.[\w-]{43}$/);
    expect(await makeResumeToken(keys, "w", ending)).toMatch(/^3\.k1\.4102444800\.[\w-]{43}$/);
  });

  test.each([plain, ending, { version: 0 }, { version: 0, expiresAtS: 1 }])("verifies as %j", async (grant) => {
    expect(await verifyResumeToken(keys, "w", await makeResumeToken(keys, "w", grant))).toEqual(grant);
  });

  test("verifies after its key was rotated, and no longer when it is withdrawn", async () => {
    const token = await makeResumeToken(keys, "w", ending);
    expect(await verifyResumeToken(keysOf("k2"), "w", token)).toEqual(ending);
    expect(await verifyResumeToken({ ...keys, find: async () => undefined }, "w", token)).toBeUndefined();
  });

  test("does not verify without its end, with another one, or with one that it never had", async () => {
    const [version, key, end, mac] = (await makeResumeToken(keys, "w", ending)).split(".");
    const [, , plainMac] = (await makeResumeToken(keys, "w", plain)).split(".");
    const forged = [
      `${version}.${key}.${mac}`,
      `${version}.${key}.${Number(end) + 1}.${mac}`,
      `${version}.${key}.0${end}.${mac}`,
      `${version}.${key}..${mac}`,
      `${version}.${key}.${end}.${plainMac}`,
      `${version}.${key}.${end}.${end}.${mac}`,
    ];
    for (const token of forged) expect(await verifyResumeToken(keys, "w", token), token).toBeUndefined();
  });

  test("is for one workflow and one version", async () => {
    const [, key, end, mac] = (await makeResumeToken(keys, "w", ending)).split(".");
    expect(await verifyResumeToken(keys, "x", `3.${key}.${end}.${mac}`)).toBeUndefined();
    expect(await verifyResumeToken(keys, "w", `4.${key}.${end}.${mac}`)).toBeUndefined();
  });
});

describe("the end of a token", () => {
  test("is the time asked for, rounded up to a second", () => {
    expect(grantFor(1, { expiresInMs: 1_500 }, 10_000)).toEqual({ version: 1, expiresAtS: 12 });
    expect(grantFor(1, { expiresInMs: 1 }, 10_000)).toEqual({ version: 1, expiresAtS: 11 });
  });

  test("is none unless one is asked for", () => {
    expect(grantFor(1, undefined, 10_000)).toEqual({ version: 1 });
    expect(grantFor(1, {}, 10_000)).toEqual({ version: 1 });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e18])("cannot be in %d ms", (expiresInMs) => {
    expect(() => grantFor(1, { expiresInMs }, 10_000)).toThrow("must be a number of milliseconds above 0");
  });
});
