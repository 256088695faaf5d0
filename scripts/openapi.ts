import { writeFile } from "node:fs/promises";
import { buildOpenApi } from "./openapi-document.ts";

/** Where the document lies in the repository; the API serves it. */
export const openApiFile: URL = new URL("../src/contracts/openapi.json", import.meta.url);

/** The document as its file has it. */
export function openApiText(): string {
  return `${JSON.stringify(buildOpenApi(), null, 2)}\n`;
}

if (import.meta.main) {
  await writeFile(openApiFile, openApiText());
  console.log(`Wrote ${openApiFile.pathname}`);
}
