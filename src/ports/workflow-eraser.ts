import type { PauseKey } from "./child-records.ts";
import type { Head, StoredStart } from "./workflow-store.ts";

/** Removes what is kept of workflows that have ended, on request. */
export interface WorkflowEraser {
  /**
   * Leaves nothing of a workflow but these: its start without what it was given, a head that is newer than any that may
   * still be on its way, and the version that the head was made by, so that nobody commits it. The first two are written
   * first, then the rest goes; doing it again finishes what was interrupted. Throws a retryable `RefluxoError` when the
   * store cannot be reached.
   */
  erase(start: StoredStart, head: Head): Promise<void>;
  /**
   * Leaves nothing of what a pause kept of its children. Doing it again finishes what was interrupted. Throws a retryable
   * `RefluxoError` when the store cannot be reached.
   */
  eraseChildren(pause: PauseKey, lanes: number): Promise<void>;
}
