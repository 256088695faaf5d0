import type { PauseKey } from "./child-records.ts";
import type { Head, StoredStart } from "./workflow-store.ts";

/** Removes what is kept of workflows that have ended, on request. */
export interface WorkflowEraser {
  /**
   * Leaves nothing of a workflow but these: its start without what it was given, a head that is newer than any that may
   * still be on its way, and that its versions are committed, as `transition` (JSON text), so that a late message claims
   * none of them (I2). The first two are written first; doing it again finishes what was interrupted. Throws a retryable
   * `RefluxoError` when the store cannot be reached.
   */
  erase(start: StoredStart, head: Head, transition: string): Promise<void>;
  /**
   * Leaves nothing of what a pause kept of its children. Doing it again finishes what was interrupted. Throws a retryable
   * `RefluxoError` when the store cannot be reached.
   */
  eraseChildren(pause: PauseKey, lanes: number): Promise<void>;
}
