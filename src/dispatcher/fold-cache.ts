import { LRUCache } from "lru-cache";
import type { StoredVersion } from "../ports/workflow-store.ts";
import { isStillActive } from "./head.ts";
import type { WorkflowState } from "./workflow-state.ts";

/** A workflow as a container read it last; its newest committed version tells whether it is still that workflow. */
export interface Fold {
  /** Its `open` is of that moment, and never taken from here. */
  readonly state: Omit<WorkflowState, "open">;
  /** The item of the newest committed version. */
  readonly newest: StoredVersion;
  /** About what it takes: bytes of the stored texts, and something for the workflow itself. */
  readonly sizeBytes: number;
}

/**
 * What a warm container keeps of the workflows that it read, so that the next load reads the tail alone (DESIGN 4, step
 * 1). Committed versions never change (I2), so a fold is never wrong, only old.
 *
 * 1. A fold holds only what was read as committed, be the read an old one; what this container commits it reads back.
 * 2. A tail is taken only if it begins with the fold's own newest version: a workflow that was deleted and started anew
 *    under its id has another.
 * 3. A fold is kept only while its head still says all that matters. A tail has no head, so after anything but active
 *    steps the workflow is read whole, once: else every step would write a head that is not behind.
 */
export class FoldCache {
  readonly #folds: LRUCache<string, Fold>;

  /** Keeps at most so many bytes of stored texts; the workflows that were not read for longest go first. */
  constructor(maxBytes: number) {
    this.#folds = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ sizeBytes }) => sizeBytes });
  }

  /** The fold of a workflow, if one is kept. */
  get(workflowId: string): Fold | undefined {
    return this.#folds.get(workflowId);
  }

  /** Keeps a fold; false when it must not be kept (rule 3), and then the workflow is forgotten. */
  keep(fold: Fold): boolean {
    const { start, head, snapshot, restedAt } = fold.state;
    const isTelling = head !== undefined && snapshot.status === "active" && isStillActive(head, restedAt);
    if (isTelling) this.#folds.set(start.workflowId, fold);
    else this.forget(start.workflowId);
    return isTelling;
  }

  /** Forgets a workflow; the next load reads it whole. */
  forget(workflowId: string): void {
    this.#folds.delete(workflowId);
  }
}
