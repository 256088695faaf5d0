import { RefluxoError } from "../../../engine/index.ts";
import type { Application } from "./application.ts";
import type { Template } from "./load-template.ts";
import { type NamingContext, physicalName } from "./local-names.ts";
import { readFunctions } from "./read-functions.ts";
import { readRoutes } from "./read-routes.ts";
import { readRules } from "./read-rules.ts";
import { readBucket, readQueue, readTable } from "./read-stores.ts";
import { TemplateResolver } from "./template-resolver.ts";

/** Types that would bring events or data which the local runtime does not play; silence would look like a bug. */
const unsupportedTypes: readonly string[] = [
  "AWS::ApiGateway::RestApi",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Pipes::Pipe",
  "AWS::SNS::Subscription",
  "AWS::Scheduler::Schedule",
  "AWS::Serverless::Api",
  "AWS::Serverless::Connector",
  "AWS::Serverless::HttpApi",
  "AWS::Serverless::SimpleTable",
  "AWS::Serverless::StateMachine",
];

/**
 * Reads from a template what the local runtime plays, every value resolved for this machine.
 * Throws a `RefluxoError` (`local.template-unsupported`, `local.template-invalid`) that names the resource.
 */
export function readApplication(
  template: Template,
  context: NamingContext,
  parameters?: Readonly<Record<string, string>>,
): Application {
  const resolver = new TemplateResolver(template, context, parameters);
  const ids = Object.keys(template.Resources).filter((id) => resolver.hasResource(id));
  const idsOf = (type: string) => ids.filter((id) => template.Resources[id]?.Type === type);
  for (const type of unsupportedTypes) {
    const [id] = idsOf(type);
    if (id !== undefined) {
      throw new RefluxoError("local.template-unsupported", `${id}: the local runtime does not play ${type}`);
    }
  }
  const functions = readFunctions(template, resolver, idsOf("AWS::Serverless::Function"));
  const queues = idsOf("AWS::SQS::Queue").map((id) => readQueue(template, resolver, id));
  return {
    queues,
    tables: idsOf("AWS::DynamoDB::Table").map((id) => readTable(template, resolver, id)),
    buckets: idsOf("AWS::S3::Bucket").map((id) => readBucket(template, resolver, id)),
    functions,
    routes: readRoutes(template, resolver, {
      routeIds: idsOf("AWS::ApiGatewayV2::Route"),
      integrationIds: idsOf("AWS::ApiGatewayV2::Integration"),
      functions,
    }),
    rules: readRules(template, resolver, idsOf("AWS::Events::Rule"), { functions, queues }),
    names: Object.fromEntries(ids.map((id) => [id, physicalName(resolver.named(id))])),
  };
}
