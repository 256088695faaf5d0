import type { StoredVersion } from "./workflow-store.ts";

/**
 * Reads for an operator's sweep over all live workflows; nothing here decides a transition. Every method throws a
 * retryable `RefluxoError` when the store cannot be reached.
 */
export interface LiveWorkflowReader {
  /**
   * The ids of all workflows that have a check ahead, in batches, which every workflow that has not ended does.
   * Eventually consistent: an id may come more than once, and may be one that has just ended.
   */
  listLive(): AsyncIterable<readonly string[]>;
  /** The newest `limit` versions of a workflow, the newest first, strongly consistent; it may be one that is claimed only. */
  readNewestVersions(workflowId: string, limit: number): Promise<readonly StoredVersion[]>;
}
