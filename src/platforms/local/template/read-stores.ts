import * as v from "valibot";
import type { BucketSpec, QueueSpec, TableSpec } from "./application.ts";
import type { Template } from "./load-template.ts";
import { arnOf, physicalName, refOf } from "./local-names.ts";
import { Count, Flag, readProperties } from "./read-properties.ts";
import type { TemplateResolver } from "./template-resolver.ts";

/** SetQueueAttributes merges, so what a template no longer says must be said here (SQS's documented defaults). */
const defaultAttributes: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  RedrivePolicy: "",
};

const QueueProperties = v.object({
  VisibilityTimeout: v.optional(Count),
  DelaySeconds: v.optional(Count),
  MessageRetentionPeriod: v.optional(Count),
  ReceiveMessageWaitTimeSeconds: v.optional(Count),
  RedrivePolicy: v.optional(v.object({ deadLetterTargetArn: v.string(), maxReceiveCount: Count })),
});

/** Reads a queue. */
export function readQueue(template: Template, resolver: TemplateResolver, logicalId: string): QueueSpec {
  const resource = resolver.named(logicalId);
  const properties = readProperties(logicalId, QueueProperties, propertiesOf(template, logicalId), resolver);
  const given = Object.entries(properties).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  return {
    logicalId,
    name: physicalName(resource),
    arn: arnOf(resource) ?? "",
    url: refOf(resource, resolver.context),
    attributes: { ...defaultAttributes, ...Object.fromEntries(given) },
  };
}

const KeySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) }));

const Indexes = v.array(
  v.object({
    IndexName: v.string(),
    KeySchema,
    Projection: v.object({
      ProjectionType: v.picklist(["ALL", "KEYS_ONLY", "INCLUDE"]),
      NonKeyAttributes: v.exactOptional(v.array(v.string())),
    }),
  }),
);

const TableProperties = v.object({
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) })),
  KeySchema,
  GlobalSecondaryIndexes: v.exactOptional(Indexes),
  LocalSecondaryIndexes: v.exactOptional(Indexes),
});

/** Reads a table: its keys and indexes. Always on demand, since capacity limits nothing here. */
export function readTable(template: Template, resolver: TemplateResolver, logicalId: string): TableSpec {
  const name = physicalName(resolver.named(logicalId));
  const properties = readProperties(logicalId, TableProperties, propertiesOf(template, logicalId), resolver);
  return { logicalId, name, create: { TableName: name, BillingMode: "PAY_PER_REQUEST", ...properties } };
}

const BucketProperties = v.object({
  NotificationConfiguration: v.optional(
    v.object({ EventBridgeConfiguration: v.optional(v.object({ EventBridgeEnabled: v.optional(Flag, true) })) }),
  ),
});

/** Reads a bucket. */
export function readBucket(template: Template, resolver: TemplateResolver, logicalId: string): BucketSpec {
  const properties = readProperties(logicalId, BucketProperties, propertiesOf(template, logicalId), resolver);
  return {
    logicalId,
    name: physicalName(resolver.named(logicalId)),
    notifiesEventBridge: properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false,
  };
}

function propertiesOf(template: Template, logicalId: string) {
  return template.Resources[logicalId]?.Properties ?? {};
}
