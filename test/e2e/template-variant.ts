import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templatePath } from "./test-stack.ts";

/** A file that holds the project's template as a user might have changed it. */
export interface TemplateVariant {
  readonly path: string;
  remove(): void;
}

/** Writes the project's template with one change; throws when the pattern is not found, so that it changes something. */
export function writeTemplateVariant(pattern: RegExp, replacement: string): TemplateVariant {
  const text = readFileSync(templatePath, "utf8");
  if (!pattern.test(text)) throw new Error(`template.yaml has nothing like ${pattern}`);
  const folder = mkdtempSync(join(tmpdir(), "refluxo-template-"));
  const path = join(folder, "template.yaml");
  writeFileSync(path, text.replace(pattern, replacement));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
