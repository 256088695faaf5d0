import { maxTagLength } from "../contracts/ids.ts";
import type { WorkflowDefinition } from "../engine/index.ts";
import type { Tags } from "../ports/workflow-store.ts";

/** The tags of a workflow, or why it has none that can be kept. */
export type TagsResult =
  | { readonly type: "tags"; readonly tags?: Tags }
  | { readonly type: "invalid"; readonly reason: string };

/**
 * Takes from an input the business keys that a definition declares: texts, numbers and truth values, as text. What the
 * input does not have, or has as null or as an empty text, is no tag.
 */
export function tagsOf({ tags: declared = {} }: Pick<WorkflowDefinition, "tags">, input: unknown): TagsResult {
  const tags: [string, string][] = [];
  for (const [name, path] of Object.entries(declared)) {
    const value = valueAt(input, path);
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object") return invalid(path, name, "is not a text, a number or a truth value");
    const text = String(value);
    if (text.length > maxTagLength) return invalid(path, name, `is longer than ${maxTagLength} characters`);
    tags.push([name, text]);
  }
  return tags.length === 0 ? { type: "tags" } : { type: "tags", tags: Object.fromEntries(tags) };
}

function invalid(path: string, name: string, why: string): TagsResult {
  return { type: "invalid", reason: `input.${path} ${why}, and is the workflow's tag ${name}` };
}

/** Own properties only, so that a path reaches no prototype (I17). */
function valueAt(input: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    return Reflect.get(value, name);
  }, input);
}
