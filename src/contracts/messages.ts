import * as v from "valibot";
import { DefinitionId, Version, WorkflowId } from "./ids.ts";
import { IncomingObject } from "./incoming-object.ts";

const schemaVersion = v.optional(v.literal(1), 1);

/** Start a workflow. Without a `workflowId` the trigger derives one from what makes the event unique (I12). */
export const StartMessage = v.strictObject({
  type: v.literal("start"),
  schemaVersion,
  definitionId: DefinitionId,
  workflowId: v.optional(WorkflowId),
  input: v.optional(v.unknown(), null),
  /** In place of `input`. */
  inputObject: v.exactOptional(IncomingObject),
});
export type StartMessage = v.InferOutput<typeof StartMessage>;

/** Advance a workflow from `version`: run its current node once. */
export const StepMessage = v.strictObject({
  type: v.literal("step"),
  schemaVersion,
  workflowId: WorkflowId,
  version: Version,
});
export type StepMessage = v.InferOutput<typeof StepMessage>;

/** The pause at `version` is due. */
export const TimerMessage = v.strictObject({
  type: v.literal("timer"),
  schemaVersion,
  workflowId: WorkflowId,
  version: Version,
});
export type TimerMessage = v.InferOutput<typeof TimerMessage>;

/**
 * Resume a paused workflow with a payload. With a `token` it proves the right to resume one pause; without, the
 * sender is an operator whom IAM let through. `version` names the pause; without, and without a token, the newest one
 * is meant, which only a channel that delivers once may say.
 */
export const ResumeMessage = v.strictObject({
  type: v.literal("resume"),
  schemaVersion,
  workflowId: WorkflowId,
  version: v.optional(Version),
  token: v.optional(v.pipe(v.string(), v.maxLength(512))),
  payload: v.optional(v.unknown(), null),
  /** In place of `payload`; for operators alone. */
  payloadObject: v.exactOptional(IncomingObject),
});
export type ResumeMessage = v.InferOutput<typeof ResumeMessage>;

/** Cancel a workflow, whatever it is doing; its running step's result is dropped. */
export const CancelMessage = v.strictObject({
  type: v.literal("cancel"),
  schemaVersion,
  workflowId: WorkflowId,
  reason: v.optional(v.pipe(v.string(), v.maxLength(500))),
});
export type CancelMessage = v.InferOutput<typeof CancelMessage>;

/** Let a failed workflow go on from the node that it failed at. `version` names the failure; without, the newest is meant. */
export const RetryMessage = v.strictObject({
  type: v.literal("retry"),
  schemaVersion,
  workflowId: WorkflowId,
  version: v.exactOptional(Version),
});
export type RetryMessage = v.InferOutput<typeof RetryMessage>;

/** Everything that may stand on the queue in our own format. */
export const QueueMessage = v.variant("type", [StartMessage, StepMessage, TimerMessage, ResumeMessage, CancelMessage]);
export type QueueMessage = v.InferOutput<typeof QueueMessage>;
