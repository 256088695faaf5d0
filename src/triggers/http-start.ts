import { HttpStartBody } from "../contracts/http-event.ts";
import { WorkflowId } from "../contracts/ids.ts";
import { parse } from "../contracts/parse-error.ts";
import { parseHttpBody } from "./http-body.ts";
import { httpRoute } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/**
 * `POST /workflows`. Without a `workflowId` the request's own id makes one: a caller that wants to repeat a request
 * safely sends its own (I12).
 */
export const httpStart: Trigger = httpRoute("http-start", "POST /workflows", (event) => {
  const body = parse(HttpStartBody, parseHttpBody(event), "$.body");
  const workflowId = body.workflowId ?? requestWorkflowId(event.requestContext.requestId);
  return { ...body, type: "start", schemaVersion: 1, workflowId };
});

/** API Gateway's request ids are base64url with a `=` that an id may not have. */
function requestWorkflowId(requestId: string): string {
  const id = `http-${requestId.replace(/[^A-Za-z0-9._:-]/g, "-")}`;
  return parse(WorkflowId, id, "$.requestContext.requestId");
}
