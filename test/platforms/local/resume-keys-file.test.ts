import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { readDevelopmentKey } from "../../../src/platforms/local/development-key.ts";
import { createResumeKeysFile } from "../../../src/platforms/local/resume-keys-file.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("the first use makes a key that only its owner may read, and later uses keep it", async () => {
  const folder = temporaryFolder();
  const first = await createResumeKeysFile(folder).current();
  expect(first).toEqual({ id: "k1", secret: expect.stringMatching(/^[\w-]{43}$/) });
  expect(statSync(join(folder, "resume-keys.json")).mode & 0o777).toBe(0o600);
  expect(await createResumeKeysFile(folder).current()).toEqual(first);
  expect(JSON.parse(readFileSync(join(folder, "resume-keys.json"), "utf8"))).toEqual({
    current: "k1",
    k1: first.secret,
  });
});

it("a rotated file counts at once: the new key signs, the old one is found, others are not", async () => {
  const folder = temporaryFolder();
  const keys = createResumeKeysFile(folder);
  const { secret } = await keys.current();
  writeFileSync(join(folder, "resume-keys.json"), JSON.stringify({ current: "k2", k1: secret, k2: "new" }));
  expect(await keys.current()).toEqual({ id: "k2", secret: "new" });
  expect(await keys.find("k1")).toEqual({ id: "k1", secret });
  for (const id of ["current", "k3", "constructor", "__proto__"]) expect(await keys.find(id)).toBeUndefined();
});

it.each([
  '{"current":"k1","k1":"hush"',
  '{"k1":"hush"}',
  '{"current":"hush"}',
  '{"current":"current","k1":"hush"}',
  '{"current":"k1","k1":""}',
  '{"current":"k1","k1":"hush","k2":1}',
])("a malformed file is an error that does not show it: %s", async (text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "resume-keys.json"), text);
  const error: unknown = await createResumeKeysFile(folder)
    .current()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "local.resume-keys-malformed" });
  expect(inspect(error, { depth: 9 })).not.toContain("hush");
});

it("without a folder the keys stay the same as long as they live", async () => {
  const keys = createResumeKeysFile(undefined);
  const current = await keys.current();
  expect(await keys.find(current.id)).toEqual(current);
  expect(await createResumeKeysFile(undefined).current()).not.toEqual(current);
});

it("the development key is made once per folder, for its owner only", () => {
  const folder = temporaryFolder();
  const key = readDevelopmentKey(folder);
  expect(key).toMatch(/^[\w-]{32}$/);
  expect(readDevelopmentKey(folder)).toBe(key);
  expect(statSync(join(folder, "development-key")).mode & 0o777).toBe(0o600);
  expect(readDevelopmentKey(undefined)).not.toBe(readDevelopmentKey(undefined));
});
