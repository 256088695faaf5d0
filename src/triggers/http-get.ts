import { httpRoute, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /workflows/{workflowId}`. */
export const httpGet: Trigger = httpRoute("http-get", "GET /workflows/{workflowId}", (event) => ({
  type: "get",
  workflowId: workflowIdOf(event),
}));
