import type { Head, StoredStart } from "./workflow-store.ts";

/** Removes what is kept of workflows that have ended, on request. */
export interface WorkflowEraser {
  /**
   * Leaves nothing of a workflow but these two: its start without what it was given, and a head that is newer than any
   * that may still be on its way. They are written first, then the rest goes, versions ascending; doing it again finishes
   * what was interrupted. Throws a retryable `RefluxoError` when the store cannot be reached.
   */
  erase(start: StoredStart, head: Head): Promise<void>;
}
