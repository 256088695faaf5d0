import { DefinitionId } from "../contracts/ids.ts";
import { parse } from "../contracts/parse-error.ts";
import { httpRoute } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /definitions/{definitionId}`. */
export const httpDefinition: Trigger = httpRoute("http-definition", "GET /definitions/{definitionId}", (event) => ({
  type: "definitions",
  definitionId: parse(DefinitionId, event.pathParameters?.["definitionId"], "$.pathParameters.definitionId"),
}));
