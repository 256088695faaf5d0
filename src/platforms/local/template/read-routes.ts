import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";
import type { FunctionSpec, RouteSpec } from "./application.ts";
import type { Template } from "./load-template.ts";
import { physicalName } from "./local-names.ts";
import { readProperties } from "./read-properties.ts";
import type { TemplateResolver } from "./template-resolver.ts";

const RouteProperties = v.object({
  RouteKey: v.string(),
  Target: v.pipe(v.string(), v.startsWith("integrations/", "must name an integration")),
  AuthorizationType: v.optional(v.picklist(["NONE", "AWS_IAM", "JWT"], "is not played here"), "NONE"),
});

const IntegrationProperties = v.object({
  IntegrationType: v.literal("AWS_PROXY"),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal("2.0"),
});

/** What routes lead to. */
export interface RouteContext {
  readonly routeIds: readonly string[];
  readonly integrationIds: readonly string[];
  readonly functions: readonly FunctionSpec[];
}

/** Reads the routes of the HTTP API. Throws a `RefluxoError` that names the resource for what is not played here. */
export function readRoutes(
  template: Template,
  resolver: TemplateResolver,
  { routeIds, integrationIds, functions }: RouteContext,
): readonly RouteSpec[] {
  const propertiesOf = (id: string) => template.Resources[id]?.Properties ?? {};
  return routeIds.map((id) => {
    const { RouteKey, Target, AuthorizationType } = readProperties(id, RouteProperties, propertiesOf(id), resolver);
    const integrationId = integrationIds.find(
      (candidate) => Target === `integrations/${physicalName(resolver.named(candidate))}`,
    );
    if (integrationId === undefined) throw unknown(id, `there is no integration ${Target}`);
    const integration = readProperties(integrationId, IntegrationProperties, propertiesOf(integrationId), resolver);
    const target = functions.find(({ arn }) => arn === integration.IntegrationUri);
    if (target === undefined) throw unknown(integrationId, `there is no function ${integration.IntegrationUri}`);
    const [method = "ANY", path = "$default"] = RouteKey === "$default" ? [] : RouteKey.split(" ");
    return {
      functionId: target.logicalId,
      method: method.toUpperCase(),
      path,
      hasAuthorizer: AuthorizationType !== "NONE",
    };
  });
}

function unknown(id: string, why: string): RefluxoError {
  return new RefluxoError("local.template-invalid", `${id}: ${why}`);
}
