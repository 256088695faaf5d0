import { cancelWorkflow } from "../cancel-workflow.ts";
import { startWorkflow } from "../start-workflow.ts";
import type { WorkContext } from "../work-context.ts";
import { childIdOf } from "./child-id.ts";
import { readStart } from "./placed-starts.ts";
import { type ChildrenPause, readPause } from "./read-pause.ts";

/** `metadata.cancelReason` of a child whose parent waits no more. */
export const orphanReason = "Its parent no longer waits for it";

/**
 * Starts the child at an index, unless it was started; returns why it cannot be started, if so. Whoever ends the pause
 * cancels the children that it finds afterwards; so the pause is read once more between the child's start and its first
 * step, and one of the two sees the other.
 */
export async function startChild(
  work: WorkContext,
  pause: ChildrenPause,
  index: number,
  failuresBefore: number,
): Promise<string | undefined> {
  const { values } = work.dependencies;
  const { definitionId, input } = await readStart(values, pause.starts, index);
  const { workflowId, version } = pause;
  const childId = childIdOf(pause, index);
  let isOrphan = false;
  const outcome = await startWorkflow(
    work,
    {
      ...{ type: "start", schemaVersion: 1, definitionId, workflowId: childId, input },
      parent: { workflowId, version, index, failuresBefore, depth: pause.starts.depth },
    },
    async () => {
      isOrphan = (await readPause(work.dependencies, pause))?.isWaiting !== true;
      return !isOrphan;
    },
  );
  if (isOrphan)
    await cancelWorkflow(work, { type: "cancel", schemaVersion: 1, workflowId: childId, reason: orphanReason });
  return outcome.type === "refused" ? (outcome.loggable ?? outcome.reason) : undefined;
}
