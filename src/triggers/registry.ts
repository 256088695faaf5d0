import { direct } from "./direct.ts";
import { eventBridgeS3 } from "./eventbridge-s3.ts";
import { eventBridgeSchedule } from "./eventbridge-schedule.ts";
import { httpAnswerPause } from "./http-answer-pause.ts";
import { httpCancel } from "./http-cancel.ts";
import { httpDefinition } from "./http-definition.ts";
import { httpDefinitions } from "./http-definitions.ts";
import { httpDelete } from "./http-delete.ts";
import { httpGet } from "./http-get.ts";
import { httpHistory } from "./http-history.ts";
import { httpList } from "./http-list.ts";
import { httpOpenApi } from "./http-openapi.ts";
import { httpResume } from "./http-resume.ts";
import { httpRetry } from "./http-retry.ts";
import { httpShowPause } from "./http-show-pause.ts";
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
  httpList,
  httpGet,
  httpHistory,
  httpResume,
  httpShowPause,
  httpAnswerPause,
  httpCancel,
  httpRetry,
  httpDelete,
  httpDefinitions,
  httpDefinition,
  httpOpenApi,
  direct,
];
