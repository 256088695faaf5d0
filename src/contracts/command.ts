import type { CancelMessage, ResumeMessage, StartMessage, StepMessage, TimerMessage } from "./messages.ts";

/** A start whose workflow id is settled: given by the caller or derived by the trigger. */
export type StartCommand = Omit<StartMessage, "workflowId"> & { readonly workflowId: string };

/** A resume over HTTP or the queue; `isOperator` says that the caller was authenticated and needs no token. */
export type ResumeCommand = ResumeMessage & { readonly isOperator: boolean };

/** Read a workflow's snapshot. */
export interface GetCommand {
  readonly type: "get";
  readonly workflowId: string;
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
  | GetCommand
  | IgnoreCommand;
