import { scheduleBody } from "./eventbridge-schedule.ts";
import { messageBody } from "./queue-message.ts";
import { s3Body } from "./sqs-s3.ts";
import type { QueueBody } from "./trigger.ts";

/** Every kind of body that an SQS record may carry, in the order in which they are tried; the last takes the rest. */
export const queueBodies: readonly QueueBody[] = [s3Body, scheduleBody, messageBody];
