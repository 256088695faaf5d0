import { cancelledReason, type Transition } from "../engine/index.ts";
import type { Telemetry, WorkflowEnded } from "../ports/telemetry.ts";
import type { DispatcherParts } from "./dependencies.ts";
import type { StepResult } from "./run-step.ts";
import type { WorkflowState } from "./workflow-state.ts";

type ReportParts = Pick<DispatcherParts, "telemetry" | "logger">;

/** Tells telemetry of a committed step, and of its workflow's end if it was that. Never throws. */
export function reportStep(
  parts: ReportParts,
  { start, snapshot: { version, currentNodeId } }: Pick<WorkflowState, "start" | "snapshot">,
  { transition, durationMs }: StepResult & { type: "committed" },
): void {
  const { workflowId, definitionId } = start;
  const { status, result } = transition;
  tell(parts, workflowId, (telemetry) => {
    const attempt = result?.attempt;
    telemetry.stepEnded({ workflowId, version, definitionId, nodeId: currentNodeId, status, attempt, durationMs });
  });
  reportEnd(parts, { start }, transition);
}

/** Tells telemetry of the end of a workflow, when a committed transition is that. Never throws. */
export function reportEnd(parts: ReportParts, { start }: Pick<WorkflowState, "start">, transition: Transition): void {
  const outcome = outcomeOf(transition);
  if (outcome === undefined) return;
  tell(parts, start.workflowId, (telemetry) => telemetry.workflowEnded({ definitionId: start.definitionId, outcome }));
}

function outcomeOf({ status, metadata }: Transition): WorkflowEnded["outcome"] | undefined {
  if (status === "completed") return "completed";
  if (status !== "failed") return undefined;
  // A cancelled workflow may have been undone first: then a step or the end of its time ends it.
  return metadata?.["failedReason"] === cancelledReason ? "cancelled" : "failed";
}

/** What is committed stays committed, whatever becomes of its telemetry. */
function tell({ telemetry, logger }: ReportParts, workflowId: string, say: (telemetry: Telemetry) => void): void {
  if (telemetry === undefined) return;
  try {
    say(telemetry);
  } catch (error) {
    logger.warn("telemetry failed", { workflowId }, error);
  }
}
