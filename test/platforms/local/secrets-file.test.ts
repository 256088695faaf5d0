import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { createSecretsFile } from "../../../src/platforms/local/secrets-file.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function folderWith(text: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "secrets.json"), text);
  return folder;
}

it("gives the secrets by their references, of either scheme, a JSON secret as its text", async () => {
  const secrets = {
    "ssm:/orders/key": "the key",
    "secretsmanager:orders/payment": { apiKey: "other" },
    "secretsmanager:orders/key": "",
  };
  const { ssm, secretsmanager } = createSecretsFile(folderWith(JSON.stringify(secrets)));
  expect(await ssm.read("/orders/key")).toBe("the key");
  expect(await secretsmanager.read("orders/payment")).toBe('{"apiKey":"other"}');
  for (const name of ["orders/key", "/orders", "constructor"]) expect(await ssm.read(name)).toBeUndefined();
});

it("reads the file anew each time, so that a changed secret needs no restart", async () => {
  const folder = folderWith('{"ssm:/a":"one"}');
  const { ssm } = createSecretsFile(folder);
  expect(await ssm.read("/a")).toBe("one");
  writeFileSync(join(folder, "secrets.json"), '{"ssm:/a":"two"}');
  expect(await ssm.read("/a")).toBe("two");
});

it("has none without a file, and none without a folder", async () => {
  expect(await createSecretsFile(temporaryFolder()).ssm.read("/a")).toBeUndefined();
  expect(await createSecretsFile(undefined).secretsmanager.read("a")).toBeUndefined();
});

it.each(['{"ssm:/a":"hush"', '["hush"]', '{"ssm:/a":7}', '{"/a":"hush"}', '{"ssm:/a":null}', "hush"])(
  "a malformed file is an error that does not show it: %s",
  async (text) => {
    const error: unknown = await createSecretsFile(folderWith(text))
      .ssm.read("/a")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "local.secrets-malformed" });
    expect(inspect(error, { depth: 9 })).not.toContain("hush");
  },
);
