import type { ParentLink } from "../contracts/command.ts";
import type { Snapshot } from "../engine/index.ts";
import { hydrateView } from "./hydrate.ts";
import { loadWorkflow } from "./load-workflow.ts";
import { type Outcome, refused, type WorkflowView } from "./outcome.ts";
import type { WorkContext } from "./work-context.ts";

/** How much of a workflow's large values its view holds, bytes of JSON. */
const maxValueBytes = 2 ** 21;

/** How many of the visits that would be undone a view holds. */
const maxUndoEntries = 100;

/**
 * How large a view may be, bytes of JSON that is a text in JSON once more: Lambda answers 6 MB at most, and an HTTP
 * answer has its body as a text. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxViewBytes = 5 * 2 ** 20;

/**
 * A workflow as callers see it: its newest snapshot, with up to 2 MiB of its large values in their places. One that
 * would be too large for an answer has a reference to the history in place of its results.
 */
export async function viewWorkflow({ dependencies }: WorkContext, workflowId: string): Promise<Outcome> {
  const state = await loadWorkflow(dependencies, workflowId);
  if (state === undefined) return refused("not-found", "There is no such workflow");
  const { definitionId, definitionHash, startedAt, tags, parent } = state.start;
  const origin = { definitionId, definitionHash, startedAt, ...(tags && { tags }), ...(parent && describe(parent)) };
  const snapshot = withNewestUndo(state.snapshot);
  const whole = { ...withoutStarts(await hydrateView(dependencies.values, snapshot, maxValueBytes)), ...origin };
  if (fits(whole)) return { type: "snapshot", workflow: whole };
  const withoutResults = { ...whole, context: referTo(workflowId) };
  if (fits(withoutResults)) return { type: "snapshot", workflow: withoutResults };
  return { type: "snapshot", workflow: { ...withoutStarts(snapshot), ...origin, context: referTo(workflowId) } };
}

function describe({ workflowId, version, index }: ParentLink): Pick<WorkflowView, "parent"> {
  return { parent: { workflowId, version, index } };
}

/** What starts children is as much as they are many, and each child shows its own input. */
function withoutStarts({ pause, ...snapshot }: Snapshot): Omit<Snapshot, "pause"> & Pick<WorkflowView, "pause"> {
  if (pause === undefined) return snapshot;
  if (pause.children === undefined) return { ...snapshot, pause };
  const { starts: _starts, ...children } = pause.children;
  return { ...snapshot, pause: { ...pause, children } };
}

/** The list grows with the workflow; what is undone first is what matters. */
function withNewestUndo(snapshot: Snapshot): Snapshot {
  return snapshot.undo === undefined ? snapshot : { ...snapshot, undo: snapshot.undo.slice(-maxUndoEntries) };
}

function referTo(workflowId: string): WorkflowView["context"] {
  return { $reference: { href: `/workflows/${workflowId}/history` } };
}

/** Counts one result after the other: all of them together may be more than one text can hold. */
function fits({ context, ...rest }: WorkflowView): boolean {
  let leftBytes = maxViewBytes - sizeOf(rest);
  for (const [nodeId, results] of Object.entries(context)) {
    leftBytes -= sizeOf(nodeId);
    for (const result of Object.values(results)) {
      leftBytes -= sizeOf(result);
      if (leftBytes < 0) return false;
    }
  }
  return leftBytes >= 0;
}

/** The bytes of a value's JSON as a text in JSON, with its quotes, which are as many as the separators around it. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}
