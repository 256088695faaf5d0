import { HttpRetryBody } from "../contracts/http-event.ts";
import { httpRoute, optionalBodyOf, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `POST /workflows/{workflowId}/retry`; with the version of the failure in the body it is safe to repeat. */
export const httpRetry: Trigger = httpRoute("http-retry", "POST /workflows/{workflowId}/retry", (event) => ({
  type: "retry",
  schemaVersion: 1,
  workflowId: workflowIdOf(event),
  ...optionalBodyOf(HttpRetryBody, event),
}));
