import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readOrCreateSecretFile } from "./secret-file.ts";

/**
 * The key that opens the HTTP API on this machine, where there is no IAM: made once and kept in the state folder, or
 * made anew without one. Throws the file system's error.
 */
export function readDevelopmentKey(stateFolder: string | undefined): string {
  const make = () => randomBytes(24).toString("base64url");
  if (stateFolder === undefined) return make();
  return readOrCreateSecretFile(join(stateFolder, "development-key"), make).trim();
}
