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
  return `child-${createHash("sha256").update(workflowId).digest("base64url")}${place}`;
}
