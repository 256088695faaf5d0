import { readHistoryCursor } from "../contracts/cursor.ts";
import { HttpHistoryQuery } from "../contracts/http-event.ts";
import { httpRoute, queryOf, workflowIdOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /workflows/{workflowId}/history`: a page of transitions at a time. */
export const httpHistory: Trigger = httpRoute("http-history", "GET /workflows/{workflowId}/history", (event) => {
  const { cursor, limit } = queryOf(HttpHistoryQuery, event);
  const from = cursor === undefined ? 0 : readHistoryCursor(cursor, "$.query.cursor");
  return { type: "history", workflowId: workflowIdOf(event), from, limit };
});
