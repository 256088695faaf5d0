import { DefinitionId } from "../contracts/ids.ts";
import { httpRoute, pathParameterOf } from "./http-route.ts";
import type { Trigger } from "./trigger.ts";

/** `GET /definitions/{definitionId}`. */
export const httpDefinition: Trigger = httpRoute("http-definition", "GET /definitions/{definitionId}", (event) => ({
  type: "definitions",
  definitionId: pathParameterOf("definitionId", DefinitionId, event),
}));
