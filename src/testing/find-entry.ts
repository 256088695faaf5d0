import type { Node } from "../engine/index.ts";

/** The entry of a script that is about a node: by `definitionId/nodeId`, by its id, or by its type, in this order. */
export function findEntry<T>(
  entries: Readonly<Record<string, T>> | undefined,
  definitionId: string,
  { id, type }: Pick<Node, "id" | "type">,
): T | undefined {
  if (entries === undefined) return undefined;
  const key = [`${definitionId}/${id}`, id, type].find((name) => Object.hasOwn(entries, name));
  return key === undefined ? undefined : entries[key];
}

/** Throws the names of a script that are about no node of any definition: a slip of the pen would pass unnoticed. */
export function unknownEntries(
  entries: Readonly<Record<string, unknown>>,
  definitions: readonly { readonly id: string; readonly nodes: readonly Pick<Node, "id" | "type">[] }[],
): readonly string[] {
  const known = new Set(
    definitions.flatMap(({ id, nodes }) => nodes.flatMap((node) => [`${id}/${node.id}`, node.id, node.type])),
  );
  return Object.keys(entries).filter((name) => !known.has(name));
}
