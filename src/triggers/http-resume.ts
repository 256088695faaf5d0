import { HttpResumeBody } from "../contracts/http-event.ts";
import { parse } from "../contracts/parse-error.ts";
import { headerOf } from "./header-of.ts";
import { bodyOf, callerOf, httpRoute, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

const tokenHeaderPath = "$.headers.x-resume-token";

/** `POST /workflows/{workflowId}/resume`. The token may stand in the body or in `x-resume-token`; the body's wins. */
export const httpResume: Trigger = httpRoute("http-resume", "POST /workflows/{workflowId}/resume", (event) => {
  const workflowId = workflowIdOf(event);
  const body = bodyOf(HttpResumeBody, event);
  const token = body.token ?? parse(HttpResumeBody.entries.token, headerOf(event, "x-resume-token"), tokenHeaderPath);
  return {
    type: "resume",
    schemaVersion: 1,
    workflowId,
    payload: body.payload,
    isOperator: callerOf(event) !== undefined,
    ...(body.version === undefined ? {} : { version: body.version }),
    ...(body.payloadObject === undefined ? {} : { payloadObject: body.payloadObject }),
    ...(token === undefined ? {} : { token }),
  };
});
