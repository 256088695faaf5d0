import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { RefluxoError } from "../../engine/index.ts";
import type { SecretSource } from "../../ports/secrets.ts";

/** Texts by their references; a JSON secret may be written as what it is. */
const SecretsFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(
    v.pipe(v.string(), v.regex(/^(ssm|secretsmanager):./)),
    v.union([v.string(), v.array(v.unknown()), v.record(v.string(), v.unknown())]),
  ),
);

/**
 * The secrets of `secrets.json` in the state folder, which stands for the Parameter Store and Secrets Manager:
 * `{ "ssm:/orders/key": "…", "secretsmanager:orders/payment": { "apiKey": "…" } }`. The file is read for every answer;
 * without it, or without a folder, there are none. Rejects with a `RefluxoError` (`local.secrets-malformed`), which
 * shows nothing of the file, or the file system's error.
 */
export function createSecretsFile(
  stateFolder: string | undefined,
): Readonly<Record<"ssm" | "secretsmanager", SecretSource>> {
  const path = stateFolder === undefined ? undefined : join(stateFolder, "secrets.json");
  const source = (scheme: string): SecretSource => ({
    read: async (name) => {
      if (path === undefined || !existsSync(path)) return undefined;
      const secrets = new Map(Object.entries(parseSecrets(readFileSync(path, "utf8"))));
      const found = secrets.get(`${scheme}:${name}`);
      return typeof found === "object" ? JSON.stringify(found) : found;
    },
  });
  return { ssm: source("ssm"), secretsmanager: source("secretsmanager") };
}

function parseSecrets(text: string): v.InferOutput<typeof SecretsFile> {
  const result = v.safeParse(SecretsFile, text);
  if (result.success) return result.output;
  throw new RefluxoError(
    "local.secrets-malformed",
    'secrets.json in the state folder is malformed: expected { "ssm:<name>": "<secret>", "secretsmanager:<name>": { … } }',
  );
}
