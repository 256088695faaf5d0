import * as v from "valibot";
import { DefinitionId } from "../contracts/ids.ts";
import type { Node } from "../engine/index.ts";

/** A definition that a node starts, by the id that stands in its data, and where it stands there. */
export interface NamedChild {
  readonly definitionId: string;
  readonly path: readonly string[];
}

/** No expression is an id, so what is not known before the node runs is not among them. */
const Named = v.object({ definitionId: DefinitionId });
const Branches = v.object({ branches: v.record(v.string(), v.unknown()) });

/** The definitions that a node of a built-in type names as children; none for any other type. */
export function namedChildren({ type, data }: Pick<Node, "type" | "data">): readonly NamedChild[] {
  if (type === "map" || type === "sub-workflow") return named(data, []);
  if (type !== "parallel" || !v.is(Branches, data)) return [];
  return Object.entries(data.branches).flatMap(([name, branch]) => named(branch, ["branches", name]));
}

function named(start: unknown, path: readonly string[]): readonly NamedChild[] {
  return v.is(Named, start) ? [{ definitionId: start.definitionId, path: [...path, "definitionId"] }] : [];
}
