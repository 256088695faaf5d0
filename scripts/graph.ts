import { pathToFileURL } from "node:url";
import { parseWorkflowDefinition } from "../src/contracts/workflow-definition.ts";
import { toMermaid } from "../src/dispatcher/mermaid.ts";
import { workflows } from "../src/workflows/registry.ts";
import { readDefinitionFile } from "./lint-workflows/definition-files.ts";

/**
 * The Mermaid flowchart of a definition of this project by its id, or of the one in a file. Rejects with the ids there
 * are when it is neither, and with a `ParseError` when the file holds no definition.
 */
export async function drawGraph(idOrFile: string | undefined): Promise<string> {
  const known = workflows.find(({ id }) => id === idOrFile);
  if (known !== undefined) return toMermaid(known);
  if (idOrFile === undefined || !/\.(json|ts)$/.test(idOrFile)) {
    throw new RangeError(`Give a file, or one of: ${workflows.map(({ id }) => id).join(", ")}`);
  }
  const { path, value } = await readDefinitionFile(pathToFileURL(idOrFile));
  return toMermaid(parseWorkflowDefinition(value, path));
}

if (import.meta.main) {
  try {
    process.stdout.write(await drawGraph(process.argv[2]));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
