import { isEventBridgeS3, parseEventBridgeS3 } from "./eventbridge-s3.ts";
import { isS3Notification, parseS3Notification } from "./s3.ts";
import type { QueueBody } from "./trigger.ts";

/** An S3 event that went through the queue, where it outlives a failing function: either kind, or the test event. */
export const s3Body: QueueBody = {
  name: "sqs-s3",
  matches: (body) => isEventBridgeS3(body) || isS3Notification(body),
  parse: (body, bindings) =>
    isEventBridgeS3(body) ? parseEventBridgeS3(body, bindings) : parseS3Notification(body, bindings),
};
