import { pathToFileURL } from "node:url";
import { mergeNodeTypes, nodes } from "../src/nodes/index.ts";
import * as nodeTypes from "../src/workflows/node-types.ts";
import { type DefinitionFile, listDefinitionFiles, readDefinitionFile } from "./lint-workflows/definition-files.ts";
import { formatFinding } from "./lint-workflows/finding.ts";
import { lintDefinition } from "./lint-workflows/lint-definition.ts";

/**
 * Lints definition files and prints what is found; returns the exit code: 1 when there is an error, 0 for warnings alone.
 * It never loads the registry, which refuses what is to be found here.
 */
export async function lintWorkflows(files: readonly DefinitionFile[], print: (line: string) => void): Promise<0 | 1> {
  const types = mergeNodeTypes(nodes, nodeTypes);
  const ids = [...(await listDefinitionFiles()), ...files].map(({ value }) => String(Object(value).id));
  const findings = (await Promise.all(files.map((file) => lintDefinition(file, types, ids)))).flat();
  for (const finding of findings) print(formatFinding(finding));
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  print(`${files.length} definitions: ${count("error")} errors, ${count("warning")} warnings`);
  return count("error") === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    const given = process.argv.slice(2).map((file) => readDefinitionFile(pathToFileURL(file)));
    const files = given.length === 0 ? await listDefinitionFiles() : await Promise.all(given);
    process.exitCode = await lintWorkflows(files, (line) => console.log(line));
  } catch (error) {
    // A file that cannot be read is not worth a stack.
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
