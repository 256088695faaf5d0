import { detachedSuffix } from "./behaviour.ts";
import type { WorkflowRecord } from "./ledger.ts";
import type { World } from "./world.ts";

/** Without the sweeper nobody takes a workflow off its list that left children behind. */
export function mayHaveLeftChildren({ options, ledger }: World, { start: { workflowId } }: WorkflowRecord): boolean {
  if (options.hasSweeper) return false;
  return [...ledger.children.pauses.values()].some(
    (pause) => pause.workflowId === workflowId && pause.left?.isWhole === false,
  );
}

/**
 * Whether a workflow was started by a node whose run came to nothing, so that nobody sent its first step: without the
 * sweeper it rests there, as a start does whose caller gave up.
 */
export function isUnbegun({ options, ledger }: World, { start, reference, claims }: WorkflowRecord): boolean {
  if (options.hasSweeper || reference.version > 0 || claims.size > 0) return false;
  const [workflowId = "", nodeId = "", visit = ""] = start.workflowId.split(":");
  const starter = ledger.workflows.get(workflowId);
  if (starter === undefined || nodeId === "") return false;
  const suffix = detachedSuffix(nodeId, Number(visit));
  return !starter.transitions.some(({ transition }) => tellsOf(transition.result?.output, suffix));
}

function tellsOf(output: unknown, suffix: string): boolean {
  return typeof output === "object" && output !== null && "detached" in output && output.detached === suffix;
}
