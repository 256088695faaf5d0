import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Reads a file of secrets, after writing it (mode 0600) if there is none. The file appears whole or not at all, so that
 * a process killed on the way, or a second one, leaves none that is empty. Throws the file system's error.
 */
export function readOrCreateSecretFile(path: string, makeContent: () => string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, makeContent(), { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, "utf8");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
