import { readFileSync } from "node:fs";

/** A fenced block of a page: what stands behind its fence (`json given`), and the lines within. */
export interface Block {
  readonly info: string;
  readonly text: string;
}

/** A page of the documentation by its name below docs/ (`nodes/map.md`); throws the file system's error. */
export function readPage(name: string): string {
  return readRepositoryFile(`docs/${name}`);
}

/** A file by its path from the root of the repository, which a page shows or names. */
export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** The blocks of a page that say what they are, in order. */
export function readBlocks(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", text = ""]) => ({ info, text }));
}

/** The texts of those that say `info`: a language, and what stands behind it. */
export function textsOf(page: string, info: string): readonly string[] {
  return readBlocks(page).flatMap((block) => (block.info === info ? [block.text] : []));
}

/** The values of a page's JSON blocks, in order. */
export function jsonOf(page: string): readonly unknown[] {
  return textsOf(page, "json").map((text): unknown => JSON.parse(text));
}
