import * as v from "valibot";
import { WorkflowId } from "./ids.ts";
import { QueueMessage } from "./messages.ts";

/** Read a workflow's snapshot. */
export const GetMessage = v.strictObject({ type: v.literal("get"), workflowId: WorkflowId });
export type GetMessage = v.InferOutput<typeof GetMessage>;

/** What a direct invocation may send: a message of ours as the event itself, or a `get`. */
export const DirectEvent = v.variant("type", [...QueueMessage.options, GetMessage]);
export type DirectEvent = v.InferOutput<typeof DirectEvent>;
