import { direct } from "./direct.ts";
import { eventBridgeS3 } from "./eventbridge-s3.ts";
import { eventBridgeSchedule } from "./eventbridge-schedule.ts";
import { httpGet } from "./http-get.ts";
import { httpResume } from "./http-resume.ts";
import { httpStart } from "./http-start.ts";
import { s3 } from "./s3.ts";
import { sqs } from "./sqs.ts";
import type { Trigger } from "./trigger.ts";

/** Every kind of Lambda event, in the order in which they are tried. */
export const triggers: readonly Trigger[] = [
  sqs,
  s3,
  eventBridgeS3,
  eventBridgeSchedule,
  httpStart,
  httpGet,
  httpResume,
  direct,
];
