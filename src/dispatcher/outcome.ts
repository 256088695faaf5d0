import type { Snapshot, WorkflowStatus } from "../engine/index.ts";

/** Why a command was refused; every platform maps these to its own answers. */
export type RefusalCode =
  /** It can never be valid, whatever happens: malformed, unknown definition, future version. */
  | "invalid"
  /** There is no such workflow. */
  | "not-found"
  /** The resume token is missing or wrong; says no more than that (I16). */
  | "forbidden"
  /** The pause is not committed yet: ask again. */
  | "too-early"
  /** Something else happened first, and this can no longer happen. */
  | "conflict"
  /** Larger than what is stored. */
  | "too-large";

/** What became of a command. */
export type Outcome =
  | { readonly type: "started"; readonly workflowId: string; readonly isNew: boolean }
  | { readonly type: "stepped"; readonly workflowId: string; readonly version: number; readonly status: WorkflowStatus }
  | { readonly type: "resumed"; readonly workflowId: string; readonly version: number }
  | { readonly type: "cancelled"; readonly workflowId: string; readonly version: number }
  | { readonly type: "snapshot"; readonly workflow: WorkflowView }
  /** Nothing to do (any more). */
  | { readonly type: "settled"; readonly why: string }
  /** Not now: the message has to come again, no sooner than then (epoch ms). */
  | { readonly type: "later"; readonly until: number; readonly why: string }
  /**
   * It may end its process: run it alone, after everything else. `claims`: how often its version was claimed before;
   * absent for a command that names a document.
   */
  | { readonly type: "deferred"; readonly claims?: number }
  /** `loggable`: the reason for a log line, where the reason quotes what was given. */
  | { readonly type: "refused"; readonly code: RefusalCode; readonly reason: string; readonly loggable?: string };

/** A workflow as callers see it: its snapshot and where it comes from. */
export interface WorkflowView extends Snapshot {
  readonly definitionId: string;
  readonly definitionHash: string;
  /** Epoch ms. */
  readonly startedAt: number;
}
