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
  /**
   * Whether nothing else of the invocation is under way: what may end the process runs alone, which is a version that was
   * claimed before (DESIGN 4, poison) and a document that a command names, whatever is in it.
   */
  readonly isAlone: boolean;
  /** Whether the message was received before: whoever worked on it then may have ended in the middle. */
  readonly isRedelivered: boolean;
}

/** Loads a workflow and notes what it is at, for the lines that follow; undefined when there is none. */
export async function loadSubject(work: WorkContext, workflowId: string): Promise<WorkflowState | undefined> {
  const state = await loadWorkflow(work.dependencies, workflowId);
  work.subject.workflowId = workflowId;
  work.subject.version ??= state?.snapshot.version;
  work.subject.nodeId = state?.snapshot.currentNodeId ?? undefined;
  return state;
}
