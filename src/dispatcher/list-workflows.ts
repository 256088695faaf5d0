import type { ListCommand } from "../contracts/command.ts";
import type { ListKey, ListPosition } from "../ports/workflow-reader.ts";
import type { Head } from "../ports/workflow-store.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { WorkflowPage, WorkflowSummary } from "./outcome.ts";
import { recordsOf } from "./records-of.ts";

/** How many workflows one page looks at, whatever its filters let through: it may be short, and still have a next one. */
const maxLookedAt = 500;
const batchSize = 100;

/**
 * One page of the workflows that fit every filter, newest start first. Takes the most selective list (a tag, else a
 * definition, else a status) and asks the heads for the rest: what is listed is eventually consistent, what is said of
 * it is not.
 */
export async function listWorkflows(parts: DispatcherParts, command: ListCommand): Promise<WorkflowPage> {
  const { reader } = recordsOf(parts);
  const { limit, startedFrom } = command;
  const key = keyFor(command);
  const found: WorkflowSummary[] = [];
  let after = command.after ?? placeBefore(command.startedBefore);
  for (let lookedAt = 0; lookedAt < maxLookedAt; ) {
    const range = { ...(startedFrom !== undefined && { from: startedFrom }), ...(after !== undefined && { after }) };
    const places = await reader.list(key, range, batchSize);
    const heads = await reader.readHeads(places.map(({ workflowId }) => workflowId));
    for (const place of places) {
      const head = heads.get(place.workflowId);
      after = place;
      lookedAt += 1;
      if (head === undefined || !fits(head, command, parts.clock.now())) continue;
      found.push(summarise(head));
      if (found.length === limit) return { workflows: found, next: place };
    }
    if (places.length < batchSize) return { workflows: found };
  }
  return { workflows: found, ...(after !== undefined && { next: after }) };
}

function keyFor({ tag, definitionId, status }: ListCommand): ListKey {
  if (tag !== undefined) return { type: "tag", ...tag };
  // Of a definition most have completed; what has not is few, whatever its definition.
  if (status !== undefined && (status !== "completed" || definitionId === undefined)) return { type: "status", status };
  return definitionId === undefined ? { type: "all" } : { type: "definition", definitionId };
}

/** Every place of a workflow that started then or later stands before this one, and no other does. */
function placeBefore(startedBefore: number | undefined): ListPosition | undefined {
  return startedBefore === undefined ? undefined : { startedAt: startedBefore, workflowId: "" };
}

function fits(head: Head, { status, definitionId, tag }: ListCommand, now: number): boolean {
  if (head.purgeAt <= now) return false;
  if (status !== undefined && head.status !== status) return false;
  if (definitionId !== undefined && head.definitionId !== definitionId) return false;
  return tag === undefined || (head.tags !== undefined && head.tags[tag.name] === tag.value);
}

function summarise(head: Head): WorkflowSummary {
  const { workflowId, definitionId, status, version, startedAt, tags, failedReason } = head;
  return {
    ...{ workflowId, definitionId, status, version, startedAt },
    ...(tags !== undefined && { tags }),
    ...(failedReason !== undefined && { failedReason }),
  };
}
