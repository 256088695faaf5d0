import { writeFile } from "node:fs/promises";
import { nodeDefinitions } from "../src/workflows/registry.ts";
import { buildWorkflowSchema } from "./workflow-schema/build-workflow-schema.ts";

/** Where the schema lies, beside the definitions that name it in `$schema`. */
export const workflowSchemaFile: URL = new URL("../src/workflows/workflow-definition.schema.json", import.meta.url);

/** The schema of definitions with this project's node types, as its file has it. */
export function workflowSchemaText(): string {
  return `${JSON.stringify(buildWorkflowSchema(nodeDefinitions), null, 2)}\n`;
}

if (import.meta.main) {
  await writeFile(workflowSchemaFile, workflowSchemaText());
  console.log(`Wrote ${workflowSchemaFile.pathname}`);
}
