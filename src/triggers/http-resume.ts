import { type HttpEvent, HttpResumeBody } from "../contracts/http-event.ts";
import { parse } from "../contracts/parse-error.ts";
import { parseHttpBody } from "./http-body.ts";
import { headerOf, httpRoute, workflowIdOf } from "./http-route.ts";
import { isObject } from "./is-object.ts";
import type { Trigger } from "./trigger.ts";

const tokenHeaderPath = "$.headers.x-resume-token";

/** `POST /workflows/{workflowId}/resume`. The token may stand in the body or in `x-resume-token`; the body's wins. */
export const httpResume: Trigger = httpRoute("http-resume", "POST /workflows/{workflowId}/resume", (event) => {
  const workflowId = workflowIdOf(event);
  const body = parse(HttpResumeBody, parseHttpBody(event), "$.body");
  const token = body.token ?? parse(HttpResumeBody.entries.token, headerOf(event, "x-resume-token"), tokenHeaderPath);
  return {
    type: "resume",
    schemaVersion: 1,
    workflowId,
    payload: body.payload,
    isOperator: isOperator(event),
    ...(body.version === undefined ? {} : { version: body.version }),
    ...(body.payloadObject === undefined ? {} : { payloadObject: body.payloadObject }),
    ...(token === undefined ? {} : { token }),
  };
});

/**
 * Whether API Gateway itself authenticated the caller, by IAM or a JWT; `authorizer` is written by API Gateway and
 * never by the caller. A Lambda authorizer's context says nothing by itself and makes nobody an operator.
 */
function isOperator({ requestContext: { authorizer } }: HttpEvent): boolean {
  return isObject(authorizer?.iam) || isObject(authorizer?.jwt);
}
