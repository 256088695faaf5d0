import * as v from "valibot";
import { Version, WorkflowId } from "./ids.ts";
import { QueueMessage, RetryMessage } from "./messages.ts";

/** Read a workflow's snapshot. */
export const GetMessage = v.strictObject({ type: v.literal("get"), workflowId: WorkflowId });
export type GetMessage = v.InferOutput<typeof GetMessage>;

/** A retry that Lambda may repeat: it names the failure, or else it would retry the next one too. */
const DirectRetry = v.strictObject({ ...RetryMessage.entries, version: Version });

/** What a direct invocation may send: a message of ours as the event itself, a `retry` or a `get`. */
export const DirectEvent = v.variant("type", [...QueueMessage.options, DirectRetry, GetMessage]);
export type DirectEvent = v.InferOutput<typeof DirectEvent>;
