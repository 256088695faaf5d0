import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { RefluxoError } from "../../engine/index.ts";
import type { ResumeKey, ResumeKeys } from "../../ports/resume-keys.ts";
import { readOrCreateSecretFile } from "./secret-file.ts";

/** `current` names the key that signs; every other field is a key by its id. The same shape as the secret on AWS. */
const KeysFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.objectWithRest({ current: v.pipe(v.string(), v.minLength(1)) }, v.pipe(v.string(), v.minLength(1))),
  v.check((keys) => keys.current !== "current" && Object.hasOwn(keys, keys.current), "current must name a key"),
);

/**
 * Resume keys in `resume-keys.json` of the state folder, made on first use; without a folder, in memory. The file is
 * read for every answer, so that a rotated key counts at once.
 * The methods throw a `RefluxoError` (`local.resume-keys-malformed`), which shows nothing of the file, or the file
 * system's error.
 */
export function createResumeKeysFile(stateFolder: string | undefined): ResumeKeys {
  const make = () => `${JSON.stringify({ current: "k1", k1: randomBytes(32).toString("base64url") })}\n`;
  const inMemory = make();
  const path = stateFolder === undefined ? undefined : join(stateFolder, "resume-keys.json");
  const read = () => {
    const text = path === undefined ? inMemory : readOrCreateSecretFile(path, make);
    const { current, ...secrets } = parseKeys(text);
    return {
      current,
      keys: new Map<string, ResumeKey>(Object.entries(secrets).map(([id, secret]) => [id, { id, secret }])),
    };
  };
  return {
    current: async () => {
      const { current, keys } = read();
      const key = keys.get(current);
      if (key === undefined) throw malformed();
      return key;
    },
    find: async (id) => read().keys.get(id),
  };
}

function parseKeys(text: string): v.InferOutput<typeof KeysFile> {
  const result = v.safeParse(KeysFile, text);
  if (!result.success) throw malformed();
  return result.output;
}

function malformed(): RefluxoError {
  return new RefluxoError(
    "local.resume-keys-malformed",
    'resume-keys.json in the state folder is malformed: expected { "current": "<id>", "<id>": "<secret>", … }',
  );
}
