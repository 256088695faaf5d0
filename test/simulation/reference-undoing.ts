import type { Transition, WorkflowStatus } from "../../src/engine/index.ts";
import type { Told } from "./behaviour.ts";

interface Visit {
  readonly nodeId: string;
  readonly visit: number;
  /** The node that undoes it. */
  readonly by: string;
  /** How many results there were before it; undefined for one that timed out. */
  readonly seen: number | undefined;
}

/** Why a workflow failed or was cancelled. */
export type EndReason = Readonly<Record<"failedReason", string> & Partial<Record<"cancelReason", string>>>;

/** Where a workflow goes, and what the transition there says. */
interface Course extends Pick<Transition, "metadata" | "compensates" | "compensation"> {
  readonly status: WorkflowStatus;
  readonly nodeId: string | null;
}

/** What there is to undo of one workflow, and how far that is; made beside the engine and without its code. */
export class ReferenceUndoing {
  readonly #visits: Visit[] = [];
  readonly #failed: { readonly nodeId: string; readonly visit: number; readonly error: string }[] = [];
  #end: { readonly reason: EndReason; readonly nodeId: string | null } | undefined;
  #undone = 0;
  isUnderWay = false;

  /** Whether it was ever under way. */
  get hasBegun(): boolean {
    return this.#end !== undefined;
  }

  add(visit: Visit): void {
    this.#visits.push(visit);
  }

  /** The workflow failed or was cancelled at a node; undefined when there is nothing to undo. */
  begin(reason: EndReason, nodeId: string | null): Course | undefined {
    const newest = this.#visits.at(-1);
    if (newest === undefined) return undefined;
    this.#end = { reason, nodeId };
    this.isUnderWay = true;
    return { status: "active", nodeId: newest.by, compensation: reason };
  }

  /** The newest visit was undone, or could not be. */
  next(error: string | undefined): Course {
    const { nodeId = "", visit = -1 } = this.#settle(error) ?? {};
    const compensates = { nodeId, visit };
    const newest = this.#visits.at(-1);
    return newest === undefined
      ? { ...this.#over(), compensates }
      : { status: "active", nodeId: newest.by, compensates };
  }

  /** There is no time left. */
  stop(error: string): Course {
    while (this.#visits.length > 0) this.#settle(error);
    return this.#over();
  }

  /** What the step is told that undoes the newest visit. */
  toldTo(nodeId: string): Told {
    const newest = this.isUnderWay ? this.#visits.at(-1) : undefined;
    if (newest === undefined) return {};
    const undoKey = `#${nodeId}#undo#${newest.nodeId}#${newest.visit}`;
    return { undoKey, ...(newest.seen !== undefined && { undone: newest.seen }) };
  }

  #settle(error: string | undefined): Visit | undefined {
    const newest = this.#visits.pop();
    if (newest === undefined) return undefined;
    const { nodeId, visit } = newest;
    if (error === undefined) this.#undone += 1;
    else this.#failed.push({ nodeId, visit, error: error.length > 200 ? `${error.slice(0, 199)}…` : error });
    return newest;
  }

  #over(): Course {
    this.isUnderWay = false;
    const failedCount = this.#failed.length;
    const status = failedCount === 0 ? "completed" : "failed";
    const compensation = { status, undone: this.#undone, failedCount, failed: this.#failed.slice(0, 20) };
    const { reason, nodeId = null } = this.#end ?? {};
    return { status: "failed", nodeId, metadata: { ...reason, compensation } };
  }
}
