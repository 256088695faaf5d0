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

/**
 * A workflow as its last owner committed it, so that the next one need not read it; only what a key of the deployment has
 * signed is believed.
 */
export const CarriedState = v.strictObject({
  /** The id of the key that signed it. */
  key: v.pipe(v.string(), v.maxLength(64)),
  /** HMAC-SHA-256 of the text, base64url. */
  mac: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, "must be 32 bytes in base64url")),
  text: v.pipe(v.string(), v.maxLength(65_536)),
});
export type CarriedState = v.InferOutput<typeof CarriedState>;

/** Advance a workflow from `version`: run its current node once. */
export const StepMessage = v.strictObject({
  type: v.literal("step"),
  schemaVersion,
  workflowId: WorkflowId,
  version: Version,
  /** From an owner that said it would go on with this version, and did not begin it: nobody holds it any more. */
  released: v.exactOptional(v.literal(true)),
  carried: v.exactOptional(CarriedState),
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

const Lane = v.pipe(v.number(), v.safeInteger("must be a whole number"), v.minValue(0, "must not be negative"));

/**
 * Bring `count` lanes of the children of the pause at `version`, from lane `first` on, in line with their workflow:
 * start what is missing while it waits, cancel what runs when it no longer does.
 */
export const ChildrenMessage = v.strictObject({
  type: v.literal("children"),
  schemaVersion,
  workflowId: WorkflowId,
  version: Version,
  first: v.pipe(Lane, v.maxValue(999)),
  count: v.pipe(Lane, v.minValue(1), v.maxValue(1_000)),
});
export type ChildrenMessage = v.InferOutput<typeof ChildrenMessage>;

/** The child at `index` of the pause at `version` has ended. */
export const ChildEndedMessage = v.strictObject({
  type: v.literal("child-ended"),
  schemaVersion,
  workflowId: WorkflowId,
  version: Version,
  index: v.pipe(Lane, v.maxValue(99_999)),
});
export type ChildEndedMessage = v.InferOutput<typeof ChildEndedMessage>;

/** Everything that may stand on the queue in our own format. */
export const QueueMessage = v.variant("type", [
  StartMessage,
  StepMessage,
  TimerMessage,
  ResumeMessage,
  CancelMessage,
  ChildrenMessage,
  ChildEndedMessage,
]);
export type QueueMessage = v.InferOutput<typeof QueueMessage>;
