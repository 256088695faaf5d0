import { readListCursor } from "../contracts/cursor.ts";
import { HttpListQuery } from "../contracts/http-event.ts";
import { httpRoute, queryOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /workflows`: filters in the query, a page at a time. */
export const httpList: Trigger = httpRoute("http-list", "GET /workflows", (event) => {
  const { cursor, ...filters } = queryOf(HttpListQuery, event);
  return {
    ...filters,
    type: "list",
    ...(cursor !== undefined && { after: readListCursor(cursor, "$.query.cursor") }),
  };
});
