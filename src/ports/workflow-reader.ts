import type { WorkflowStatus } from "../engine/index.ts";
import type { Head, StoredStart, StoredVersion } from "./workflow-store.ts";

/** What a list of workflows is taken from. */
export type ListKey =
  | { readonly type: "all" }
  | { readonly type: "status"; readonly status: WorkflowStatus }
  | { readonly type: "definition"; readonly definitionId: string }
  | { readonly type: "tag"; readonly name: string; readonly value: string };

/** A place in every list: the newest start first, of equal ones the greatest id. */
export interface ListPosition {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly workflowId: string;
}

/** The part of a list that is wanted, by when workflows started; both ends are left out of it when absent. */
export interface ListRange {
  /** Only what started then or later, epoch ms. */
  readonly from?: number;
  /** Only what stands after this place. */
  readonly after?: ListPosition;
}

/**
 * Reads for people and tools: nothing here decides a transition. Every method throws a retryable `RefluxoError` when
 * the store cannot be reached.
 */
export interface WorkflowReader {
  /**
   * The first `limit` places of a list, in order. Eventually consistent, and a workflow may still stand under a status
   * that it has left: its head tells.
   */
  list(key: ListKey, range: ListRange, limit: number): Promise<readonly ListPosition[]>;
  /** The heads of these workflows by id, strongly consistent; those that have none are left out. */
  readHeads(workflowIds: readonly string[]): Promise<ReadonlyMap<string, Head>>;
  /** The start of a workflow, strongly consistent; undefined when there is none. */
  readStart(workflowId: string): Promise<StoredStart | undefined>;
  /** At most `limit` versions of a workflow from `version` on, ascending, strongly consistent. */
  readVersions(workflowId: string, version: number, limit: number): Promise<readonly StoredVersion[]>;
}
