import type { WorkflowStatus } from "../engine/index.ts";
import type {
  CancelMessage,
  ChildEndedMessage,
  ChildrenMessage,
  ResumeMessage,
  RetryMessage,
  StartMessage,
  StepMessage,
  TimerMessage,
} from "./messages.ts";

/** A start whose workflow id is settled: given by the caller or derived by the trigger. */
export type StartCommand = Omit<StartMessage, "workflowId"> & {
  readonly workflowId: string;
  /** Of a child workflow, which no message can say: the pause that it is started for. */
  readonly parent?: ParentLink;
};

/** The pause that a child workflow is started for, and its place there. */
export interface ParentLink {
  readonly workflowId: string;
  /** The version of the pause. */
  readonly version: number;
  readonly index: number;
  /** How many children of its lane failed before it. */
  readonly failuresBefore: number;
  /** How many workflows wait above it: 1 for a child of a workflow that is no child. */
  readonly depth: number;
}

/** A resume over HTTP or the queue; `isOperator` says that the caller was authenticated and needs no token. */
export type ResumeCommand = ResumeMessage & { readonly isOperator: boolean };

/** Read a workflow's snapshot. */
export interface GetCommand {
  readonly type: "get";
  readonly workflowId: string;
}

/** Look at the pause that a resume token is for. It changes nothing, whoever asks and how often. */
export interface ShowPauseCommand {
  readonly type: "show-pause";
  readonly workflowId: string;
  readonly token: string;
}

/** Let nothing be left of a workflow that has ended, but that its id is used up. */
export interface EraseCommand {
  readonly type: "erase";
  readonly workflowId: string;
}

/** List workflows, newest start first. Filters go together; without any, all are listed. */
export interface ListCommand {
  readonly type: "list";
  readonly status?: WorkflowStatus;
  readonly definitionId?: string;
  readonly tag?: { readonly name: string; readonly value: string };
  /** Epoch ms: only workflows that started then or later. */
  readonly startedFrom?: number;
  /** Epoch ms: only workflows that started before. */
  readonly startedBefore?: number;
  /** Only what stands after this place, the end of the page before. */
  readonly after?: { readonly startedAt: number; readonly workflowId: string };
  readonly limit: number;
}

/** Read a workflow's transitions, `limit` of them from version `from` on. */
export interface HistoryCommand {
  readonly type: "history";
  readonly workflowId: string;
  readonly from: number;
  readonly limit: number;
}

/** Read the definitions of this deployment, or one of them. */
export interface DefinitionsCommand {
  readonly type: "definitions";
  readonly definitionId?: string;
}

/** An event that is valid and asks for nothing, such as `s3:TestEvent`. */
export interface IgnoreCommand {
  readonly type: "ignore";
  readonly reason: string;
}

/** What every trigger parses its events to: the one union that enters the dispatcher. */
export type Command =
  | StartCommand
  | StepMessage
  | TimerMessage
  | ResumeCommand
  | CancelMessage
  | ChildrenMessage
  | ChildEndedMessage
  | RetryMessage
  | EraseCommand
  | ShowPauseCommand
  | GetCommand
  | ListCommand
  | HistoryCommand
  | DefinitionsCommand
  | IgnoreCommand;
