import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";
import type { FunctionSpec, QueueSource, RouteSpec } from "./application.ts";
import type { Template, TemplateValue } from "./load-template.ts";
import { arnOf, physicalName } from "./local-names.ts";
import { Count, Flag, readProperties } from "./read-properties.ts";
import type { TemplateResolver } from "./template-resolver.ts";

const Scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const FunctionProperties = v.object({
  Timeout: v.optional(Count),
  MemorySize: v.optional(Count),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), Scalar), {}) }), {}),
  Events: v.optional(v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.unknown()) })), {}),
});

const Authorizer = v.optional(v.object({ Authorizer: v.optional(v.string()) }), {});

const RouteProperties = v.object({
  ApiId: v.optional(v.string()),
  Method: v.optional(v.string(), "ANY"),
  Path: v.optional(v.string(), "$default"),
  Auth: Authorizer,
});

const ApiProperties = v.object({
  Auth: v.optional(v.object({ DefaultAuthorizer: v.optional(v.string()) }), {}),
});

/** Lambda's default of messages in a batch, and the fewest pollers that it starts with: one batch each. */
const defaultBatchSize = 10;
const defaultConcurrency = 5;

const QueueSourceProperties = v.object({
  Queue: v.string(),
  BatchSize: v.optional(Count, defaultBatchSize),
  Enabled: v.optional(Flag, true),
  MaximumBatchingWindowInSeconds: v.optional(Count, 0),
  ScalingConfig: v.optional(v.object({ MaximumConcurrency: v.optional(Count, defaultConcurrency) }), {}),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
});

/** Reads the functions, the template's Globals included. */
export function readFunctions(
  template: Template,
  resolver: TemplateResolver,
  logicalIds: readonly string[],
): readonly FunctionSpec[] {
  return logicalIds.map((logicalId) => {
    const own = functionProperties(template, resolver, logicalId);
    const globals = readProperties("Globals.Function", FunctionProperties, globalsOf(template, "Function"), resolver);
    const resource = resolver.named(logicalId);
    return {
      logicalId,
      name: physicalName(resource),
      arn: arnOf(resource) ?? "",
      // Lambda's own defaults: 3 s and 128 MB.
      timeoutSeconds: own.Timeout ?? globals.Timeout ?? 3,
      memoryMegabytes: own.MemorySize ?? globals.MemorySize ?? 128,
      environment: { ...globals.Environment.Variables, ...own.Environment.Variables },
      queueSources: Object.entries(own.Events)
        .filter(([, event]) => event.Type === "SQS")
        .flatMap(([name, event]) => readQueueSource(`${logicalId}.${name}`, event.Properties)),
    };
  });
}

/** Reads the routes of the HTTP API. Throws a `RefluxoError` for a kind of event that is not played here. */
export function readRoutes(
  template: Template,
  resolver: TemplateResolver,
  logicalIds: readonly string[],
): readonly RouteSpec[] {
  return logicalIds.flatMap((functionId) =>
    Object.entries(functionProperties(template, resolver, functionId).Events).flatMap(([name, event]) => {
      if (event.Type === "SQS") return [];
      if (event.Type !== "HttpApi") {
        throw new RefluxoError(
          "local.template-unsupported",
          `${functionId}.${name}: the local runtime plays SQS and HttpApi events and AWS::Events::Rule, not ${event.Type}`,
        );
      }
      const route = parseResolved(`${functionId}.${name}`, RouteProperties, event.Properties);
      const authorizer = route.Auth.Authorizer ?? defaultAuthorizer(template, resolver, route.ApiId);
      const method = route.Method.toUpperCase();
      return {
        functionId,
        method: method === "X-AMAZON-APIGATEWAY-ANY-METHOD" ? "ANY" : method,
        path: route.Path,
        hasAuthorizer: authorizer !== undefined && authorizer !== "NONE",
      };
    }),
  );
}

function readQueueSource(owner: string, properties: unknown): readonly QueueSource[] {
  const source = parseResolved(owner, QueueSourceProperties, properties);
  if (!source.Enabled) return [];
  return [
    {
      queueArn: source.Queue,
      batchSize: source.BatchSize,
      batchingWindowSeconds: source.MaximumBatchingWindowInSeconds,
      maximumConcurrency: source.ScalingConfig.MaximumConcurrency ?? defaultConcurrency,
      reportsBatchItemFailures: source.FunctionResponseTypes.includes("ReportBatchItemFailures"),
    },
  ];
}

/** The API's own authoriser, or that of the Globals; an event without ApiId belongs to SAM's implicit API. */
function defaultAuthorizer(
  template: Template,
  resolver: TemplateResolver,
  apiId: string | undefined,
): string | undefined {
  const own = Object.entries(template.Resources).find(
    ([id, resource]) =>
      resource.Type === "AWS::Serverless::HttpApi" && apiId !== undefined && physicalName(resolver.named(id)) === apiId,
  );
  const read = (owner: string, properties: TemplateValue) =>
    readProperties(owner, ApiProperties, properties, resolver).Auth.DefaultAuthorizer;
  return (own && read(own[0], own[1].Properties)) ?? read("Globals.HttpApi", globalsOf(template, "HttpApi"));
}

function functionProperties(template: Template, resolver: TemplateResolver, logicalId: string) {
  const properties = template.Resources[logicalId]?.Properties ?? {};
  return readProperties(logicalId, FunctionProperties, properties, resolver);
}

function globalsOf(template: Template, section: string): TemplateValue {
  return template.Globals[section] ?? {};
}

function parseResolved<TSchema extends v.GenericSchema>(
  owner: string,
  schema: TSchema,
  properties: unknown,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, properties ?? {});
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RefluxoError("local.template-invalid", `${owner}.${v.getDotPath(issue) ?? "Properties"}: ${issue.message}`);
}
