import { createHash } from "node:crypto";
import type { PauseKey } from "../../ports/child-records.ts";

/** The longest workflow id (contracts/ids.ts). */
const maxIdLength = 128;

/**
 * The id of a child workflow: of its parent's id, the version of the pause and its place, so that it is started once
 * (I12). Where the parent's id leaves no room for that, its digest stands in its place.
 */
export function childIdOf({ workflowId, version }: PauseKey, index: number): string {
  const place = `.${version}.${index}`;
  if (workflowId.length + place.length <= maxIdLength) return workflowId + place;
  return `child-${digestOf(workflowId)}${place}`;
}

/**
 * The id of a workflow that nobody waits for: of the key of the step that starts it, so that it is started once (I12). `#` is
 * what an id cannot have. A key that is too long, as in a row of workflows that start each other, is its digest.
 */
export function detachedIdOf(stepKey: string): string {
  const id = stepKey.replaceAll("#", ":");
  return id.length <= maxIdLength ? id : `detached-${digestOf(stepKey)}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
