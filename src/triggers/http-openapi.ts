import { isHttpEvent } from "./http-route.ts";
import { isObject } from "./is-object.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /openapi.json`: the description of the HTTP API, for which no workflow is asked. */
export const httpOpenApi: Trigger = {
  name: "http-openapi",
  matches: (event) => isHttpEvent(event) && isObject(event) && event["routeKey"] === "GET /openapi.json",
  parse: () => ({ type: "openapi" }),
};
