import type { WorkflowRecord } from "./ledger.ts";
import type { World } from "./world.ts";

/**
 * When nothing is on its way, no pause waits of whose children more have failed than it tolerates; with the sweeper the
 * message about that may be lost for a while.
 */
export function checkWaiting({ options, ledger, queue, gate, callers }: World): void {
  if (options.hasSweeper || queue.messages.length > 0 || gate.pending.length > 0 || callers.size > 0) return;
  for (const { workflowId, plan, results, left } of ledger.children.pauses.values()) {
    const failed = [...results.values()].filter(({ end }) => end.status === "failed").length;
    const isTooMany = left === undefined && failed > plan.toleratedFailures;
    if (isTooMany) ledger.violate(`I5: ${workflowId} waits on after ${failed} failures of its children`);
  }
}

/** Without the sweeper nobody takes a workflow off its list that left children behind. */
export function mayHaveLeftChildren({ options, ledger }: World, { start: { workflowId } }: WorkflowRecord): boolean {
  if (options.hasSweeper) return false;
  return [...ledger.children.pauses.values()].some(
    (pause) => pause.workflowId === workflowId && pause.left?.isWhole === false,
  );
}

/**
 * Whether it is a child that the sweeper alone brings in line, when a stall or a crash came between: one that a delivery
 * started which was over, or one that was cancelled by a process that died before it wrote the head.
 */
export function isLeftToSweeper({ options, ledger }: World, { start, reference }: WorkflowRecord): boolean {
  if (options.hasSweeper || !ledger.children.isLeft(start)) return false;
  return reference.hasEnded || ledger.children.isLate(start);
}

/**
 * Whether a workflow was started by a node whose run came to nothing, so that nobody sent its first step: without the
 * sweeper it rests there, as a start does whose caller gave up.
 */
export function isUnbegun({ options, ledger }: World, { start, reference, claims }: WorkflowRecord): boolean {
  if (options.hasSweeper || reference.version > 0 || claims.size > 0) return false;
  const [workflowId = ""] = start.workflowId.split(":");
  const suffix = start.workflowId.slice(workflowId.length);
  const starter = ledger.workflows.get(workflowId);
  if (starter === undefined || suffix === "") return false;
  return !starter.transitions.some(({ transition }) => tellsOf(transition.result?.output, suffix));
}

function tellsOf(output: unknown, suffix: string): boolean {
  return typeof output === "object" && output !== null && "detached" in output && output.detached === suffix;
}
