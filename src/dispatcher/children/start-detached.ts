import { isWorkflowId } from "../../contracts/ids.ts";
import { type ChildStart, RefluxoError } from "../../engine/index.ts";
import { CoalescingSender } from "../coalescing-sender.ts";
import type { DispatcherParts, Invocation } from "../dependencies.ts";
import { startWorkflow } from "../start-workflow.ts";

/**
 * Starts a workflow that nobody waits for, once per workflow id (I12), and returns that id. Throws the terminal
 * `workflow.refused` when it cannot be started or that is no id, and what the platform throws.
 */
export async function startDetached(
  dependencies: DispatcherParts,
  invocation: Invocation,
  { definitionId, input, workflowId }: ChildStart & { readonly workflowId: string },
): Promise<string> {
  if (!isWorkflowId(workflowId)) {
    throw new RefluxoError("workflow.refused", `${JSON.stringify(workflowId.slice(0, 200))} is no workflow id`);
  }
  const { logger, queue } = dependencies;
  const sender = new CoalescingSender(queue);
  const outcome = await startWorkflow(
    { dependencies, invocation, logger, sender, subject: {}, isAlone: true, isRedelivered: false },
    { type: "start", schemaVersion: 1, definitionId, workflowId, input },
  );
  if (outcome.type === "refused") throw new RefluxoError("workflow.refused", `${workflowId}: ${outcome.reason}`);
  return workflowId;
}
