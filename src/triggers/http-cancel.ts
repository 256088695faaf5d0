import { HttpCancelBody } from "../contracts/http-event.ts";
import { httpRoute, optionalBodyOf, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `POST /workflows/{workflowId}/cancel`, with a reason in the body or without one. */
export const httpCancel: Trigger = httpRoute("http-cancel", "POST /workflows/{workflowId}/cancel", (event) => ({
  type: "cancel",
  schemaVersion: 1,
  workflowId: workflowIdOf(event),
  ...optionalBodyOf(HttpCancelBody, event),
}));
