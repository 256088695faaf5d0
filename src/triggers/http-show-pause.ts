import { httpRoute } from "./http-route.ts";
import { capabilityOf, showPauseRoute } from "./pause-request.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /resume/{workflowId}/{token}`: only shows, since scanners of mail follow every link. */
export const httpShowPause: Trigger = httpRoute("http-show-pause", showPauseRoute, (event) => ({
  type: "show-pause",
  ...capabilityOf(event),
}));
