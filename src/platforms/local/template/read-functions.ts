import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";
import type { FunctionSpec, QueueSource } from "./application.ts";
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

/**
 * Reads the functions, the template's Globals included. Throws a `RefluxoError` for a kind of event that is not played
 * here.
 */
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
      queueSources: Object.entries(own.Events).flatMap(([name, event]) => {
        if (event.Type === "SQS") return readQueueSource(`${logicalId}.${name}`, event.Properties);
        throw new RefluxoError(
          "local.template-unsupported",
          `${logicalId}.${name}: the local runtime plays SQS events, AWS::ApiGatewayV2::Route and AWS::Events::Rule, not ${event.Type}`,
        );
      }),
    };
  });
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
