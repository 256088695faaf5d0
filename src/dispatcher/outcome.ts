import type { ParentLink } from "../contracts/command.ts";
import type {
  Context,
  Pause,
  PauseChildren,
  Snapshot,
  StandardSchemaV1,
  Transition,
  UndoEntry,
  ValidationError,
  WorkflowDefinition,
  WorkflowStatus,
} from "../engine/index.ts";
import type { ListPosition } from "../ports/workflow-reader.ts";
import type { Tags } from "../ports/workflow-store.ts";

/** Why a command was refused; every platform maps these to its own answers. */
export type RefusalCode =
  /** It can never be valid, whatever happens: malformed, unknown definition, future version. */
  | "invalid"
  /** There is no such workflow. */
  | "not-found"
  /** The resume token is missing or wrong; says no more than that (I16). */
  | "forbidden"
  /** The resume token was good, and its time is over. */
  | "expired"
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
  | { readonly type: "retried"; readonly workflowId: string; readonly version: number }
  | { readonly type: "erased"; readonly workflowId: string }
  | { readonly type: "pause"; readonly pause: PauseView }
  | { readonly type: "snapshot"; readonly workflow: WorkflowView }
  | { readonly type: "list"; readonly page: WorkflowPage }
  | { readonly type: "history"; readonly page: HistoryPage }
  | { readonly type: "definitions"; readonly definitions: readonly DefinitionSummary[] }
  | { readonly type: "definition"; readonly definition: DefinitionView }
  /** Nothing to do (any more). */
  | { readonly type: "settled"; readonly why: string }
  /** Not now: the message has to come again, no sooner than then (epoch ms). */
  | { readonly type: "later"; readonly until: number; readonly why: string }
  /**
   * It may end its process: run it alone, after everything else. `claims`: how often its version was claimed before;
   * absent for a command that names a document.
   */
  | { readonly type: "deferred"; readonly claims?: number }
  | {
      readonly type: "refused";
      readonly code: RefusalCode;
      readonly reason: string;
      /** The reason for a log line, where the reason quotes what was given. */
      readonly loggable?: string;
      /** What is wrong with a payload, by field; `root` is the path of the whole. */
      readonly problems?: readonly ValidationError[];
    };

/** A command that was refused. */
export function refused(code: RefusalCode, reason: string): Outcome & { readonly type: "refused" } {
  return { type: "refused", code, reason };
}

/** What became of a pause. */
export type PauseState =
  /** It can be answered. */
  | "waiting"
  /** A resume was there. */
  | "answered"
  /** Its own time was over before an answer came. */
  | "timed-out"
  /** The workflow has ended, or was ended, without an answer. */
  | "ended"
  /** The workflow went on without ever waiting there. */
  | "passed";

/** A pause as the holder of its resume token sees it. */
export interface PauseView {
  readonly workflowId: string;
  readonly version: number;
  readonly nodeId: string | null;
  readonly state: PauseState;
  /** What the node says of what it awaits; while it waits. */
  readonly data?: unknown;
  /** Whether that is too large to be shown, or cannot be read. */
  readonly isLeftOut?: true;
  /** Epoch ms at which it can no longer be answered: by this token, or since its own time is over. */
  readonly until?: number;
  /** What may be answered. */
  readonly schema?: StandardSchemaV1;
}

/** Stands for a workflow's results: the path of the history that has them. */
export interface ContextReference {
  readonly $reference: { readonly href: string };
}

/** A workflow as callers see it: its snapshot and where it comes from. */
export interface WorkflowView extends Omit<Snapshot, "context" | "pause"> {
  /** Every result of every node, or where they are when they are too many for one answer. */
  readonly context: Context | ContextReference;
  /** The newest 100 alone. */
  readonly undo?: readonly UndoEntry[];
  readonly definitionId: string;
  readonly definitionHash: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly tags?: Tags;
  readonly pause?: Omit<Pause, "children"> & { readonly children?: Omit<PauseChildren, "starts"> };
  /** Of a child workflow: the pause that waits for it, and its place there. */
  readonly parent?: Pick<ParentLink, "workflowId" | "version" | "index">;
}

/** Whether a view has the results themselves. */
export function isWhole(view: WorkflowView): view is WorkflowView & Snapshot {
  return !("$reference" in view.context);
}

/** One workflow in a list, by its head. */
export interface WorkflowSummary {
  readonly workflowId: string;
  readonly definitionId: string;
  readonly status: WorkflowStatus;
  readonly version: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly tags?: Tags;
  /** Why it failed, shortened. */
  readonly failedReason?: string;
}

/** A page of a list; `next` is the place after which the next one begins, absent at the end. */
export interface WorkflowPage {
  readonly workflows: readonly WorkflowSummary[];
  readonly next?: ListPosition;
}

/** One transition, as a timeline shows it. */
export interface HistoryEntry {
  /** The version that it led on from. */
  readonly version: number;
  readonly type: Transition["type"];
  readonly nodeId: string | null;
  /** The workflow's status after it. */
  readonly status: WorkflowStatus;
  readonly attempt?: number;
  /** Epoch ms at which a step began, or at which a transition from outside was made. */
  readonly at?: number;
  readonly durationMs?: number;
  readonly inputDigest?: string;
  /** The node's result, what a pause asks for, or what a resume or timer brought. */
  readonly output?: unknown;
  readonly error?: string;
  /** What the error calls itself. */
  readonly errorCode?: string;
  /** The failure was the node's last, and the workflow went on by the edge with the handle `error`. */
  readonly caught?: true;
  /** The workflow failed or was cancelled here, and what it had done is undone from here on. */
  readonly isUndone?: true;
  /** The visit that this step undid, or could not. */
  readonly compensates?: Pick<UndoEntry, "nodeId" | "visit">;
  /** Who asked for it, if somebody outside did. */
  readonly by?: string;
  /** Epoch ms before which a retry does not run. */
  readonly nextRetryAt?: number;
  /** Why the workflow failed or was cancelled. */
  readonly reason?: string;
}

/** A page of a history; `next` is the version that the next one begins at, absent at the end. */
export interface HistoryPage {
  readonly workflowId: string;
  readonly definitionId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly startedBy?: string;
  readonly entries: readonly HistoryEntry[];
  readonly next?: number;
}

/** A definition of this deployment. */
export interface DefinitionSummary {
  readonly id: string;
  readonly hash: string;
}

/** A definition whole, and as a Mermaid flowchart. */
export interface DefinitionView extends DefinitionSummary {
  readonly definition: WorkflowDefinition;
  readonly mermaid: string;
}
