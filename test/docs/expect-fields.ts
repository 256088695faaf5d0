import { expect } from "vitest";
import type { NodeDefinition } from "../../src/engine/index.ts";

/** Expects a page to have a row in its table for every field of a node type's data, of each of its forms. */
export function expectFields(page: string, nodeType: NodeDefinition | undefined): void {
  const schema = Object(nodeType?.metadata?.input);
  const variants: readonly { entries: object }[] = schema.options ?? [schema];
  for (const name of variants.flatMap(({ entries }) => Object.keys(entries))) {
    expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
  }
}
