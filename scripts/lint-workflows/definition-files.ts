import { readFile } from "node:fs/promises";

/** A definition and the file that it comes from. */
export interface DefinitionFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** What stands in the file, or what its module exports; undefined when the file is no JSON. */
  readonly value: unknown;
}

const list = new URL("../../src/workflows/definitions.ts", import.meta.url);
const root = new URL("../../", import.meta.url);

/** `export { default as orders } from "./orders.json"` or `export { orders } from "./orders.ts"`. */
const entry = /^export \{ (?:default as )?(\w+)(?: as (\w+))? \} from "(\.[^"]+)"/gm;

/** The files of all definitions that src/workflows/definitions.ts lists, in its order; rejects when one cannot be read. */
export async function listDefinitionFiles(): Promise<readonly DefinitionFile[]> {
  const module: Readonly<Record<string, unknown>> = await import(list.href);
  const entries = [...(await readFile(list, "utf8")).matchAll(entry)];
  return Promise.all(
    entries.map(async ([, name = "", alias, file = ""]) => {
      const url = new URL(file, list);
      return { path: pathOf(url), text: await readFile(url, "utf8"), value: module[alias ?? name] };
    }),
  );
}

/**
 * The definition in a file: of JSON its content, of a module its one export that has nodes. Rejects when it cannot be
 * read.
 */
export async function readDefinitionFile(url: URL): Promise<DefinitionFile> {
  const text = await readFile(url, "utf8");
  return { path: pathOf(url), text, value: url.pathname.endsWith(".json") ? readJson(text) : await readModule(url) };
}

function pathOf(url: URL): string {
  return url.href.startsWith(root.href) ? url.href.slice(root.href.length) : url.pathname;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The lint says so, with the place.
    return undefined;
  }
}

async function readModule(url: URL): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(url.href);
  return Object.values(module).find((value) => typeof value === "object" && value !== null && "nodes" in value);
}
