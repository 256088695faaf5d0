import { httpRoute, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `DELETE /workflows/{workflowId}`. */
export const httpDelete: Trigger = httpRoute("http-delete", "DELETE /workflows/{workflowId}", (event) => ({
  type: "erase",
  workflowId: workflowIdOf(event),
}));
