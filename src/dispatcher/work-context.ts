import type { Logger } from "../ports/logger.ts";
import type { CoalescingSender } from "./coalescing-sender.ts";
import type { DispatcherParts, Invocation } from "./dependencies.ts";
import { loadWorkflow } from "./load-workflow.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** What the log lines of one record or command are about; filled in as it becomes known. */
export interface Subject {
  workflowId?: string | undefined;
  version?: number | undefined;
  nodeId?: string | undefined;
}

/** What the work on one command shares with the rest of its invocation. */
export interface WorkContext {
  readonly dependencies: DispatcherParts;
  readonly invocation: Invocation;
  readonly sender: CoalescingSender;
  readonly logger: Logger;
  readonly subject: Subject;
  /** Whether a version that was claimed before may run now: it may kill the process, so it runs alone (DESIGN 4). */
  readonly mayReclaim: boolean;
}

/** Loads a workflow and notes what it is at, for the lines that follow; undefined when there is none. */
export async function loadSubject(work: WorkContext, workflowId: string): Promise<WorkflowState | undefined> {
  const state = await loadWorkflow(work.dependencies, workflowId);
  work.subject.workflowId = workflowId;
  work.subject.version ??= state?.snapshot.version;
  work.subject.nodeId = state?.snapshot.currentNodeId ?? undefined;
  return state;
}
