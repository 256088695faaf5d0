import { httpRoute } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /definitions`. */
export const httpDefinitions: Trigger = httpRoute("http-definitions", "GET /definitions", () => ({
  type: "definitions",
}));
