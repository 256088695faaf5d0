import { createHash } from "node:crypto";
import { type HttpEvent, HttpStartBody, IdempotencyKey } from "../contracts/http-event.ts";
import { WorkflowId } from "../contracts/ids.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import { headerOf } from "./header-of.ts";
import { bodyOf, httpRoute } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/**
 * `POST /workflows`. A caller that wants to repeat a request safely sends a `workflowId` or the header `Idempotency-Key`
 * (I12); without, the request's own id makes one.
 */
export const httpStart: Trigger = httpRoute("http-start", "POST /workflows", (event) => {
  const body = bodyOf(HttpStartBody, event);
  const keyId = idempotentWorkflowId(event);
  if (keyId !== undefined && body.workflowId !== undefined) {
    throw new ParseError("$.body.workflowId", "must not be given beside Idempotency-Key: either one names the start");
  }
  const workflowId = body.workflowId ?? keyId ?? requestWorkflowId(event.requestContext.requestId);
  return { ...body, type: "start", schemaVersion: 1, workflowId };
});

/** One key is one workflow, so the same key with another body is a conflict like the same id with another. */
function idempotentWorkflowId(event: HttpEvent): string | undefined {
  const header = headerOf(event, "idempotency-key");
  if (header === undefined) return undefined;
  const key = parse(IdempotencyKey, header, "$.headers.idempotency-key");
  return `key-${createHash("sha256").update(key).digest("hex").slice(0, 40)}`;
}

/** API Gateway's request ids are base64url with a `=` that an id may not have. */
function requestWorkflowId(requestId: string): string {
  const id = `http-${requestId.replace(/[^A-Za-z0-9._:-]/g, "-")}`;
  return parse(WorkflowId, id, "$.requestContext.requestId");
}
