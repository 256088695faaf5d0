import { RefluxoError } from "../../../engine/index.ts";
import { localAccountId, localRegion } from "../endpoints.ts";

/** The stack that the local runtime plays. */
export const localStackName = "refluxo-dispatcher";

/** Which emulator addresses stand in the names of resources. */
export interface NamingContext {
  /** `http://127.0.0.1:<port>` of the SQS emulator: queue URLs. */
  readonly sqsEndpoint: string;
  /** `http://127.0.0.1:<port>` of the HTTP API. */
  readonly httpEndpoint: string;
}

/** A resource's type and, when its template gives one, its explicit name. */
export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly explicitName?: string;
}

/**
 * The property by which a template may name a resource of a type itself. Queues, tables and buckets are not here: their
 * own names keep stacks of one account apart, while on this machine they are to be known beforehand (events/env.json).
 */
export const nameProperties: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "FunctionName",
  "AWS::Events::Rule": "Name",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::SNS::Topic": "TopicName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CloudWatch::Dashboard": "DashboardName",
};

/** How ARNs of a type end; S3's name no region or account. */
const arnResources: Readonly<Record<string, (name: string) => string>> = {
  "AWS::SQS::Queue": (name) => `sqs:${localRegion}:${localAccountId}:${name}`,
  "AWS::DynamoDB::Table": (name) => `dynamodb:${localRegion}:${localAccountId}:table/${name}`,
  "AWS::S3::Bucket": (name) => `s3:::${name}`,
  "AWS::Serverless::Function": (name) => `lambda:${localRegion}:${localAccountId}:function:${name}`,
  "AWS::Events::Rule": (name) => `events:${localRegion}:${localAccountId}:rule/${name}`,
  "AWS::SecretsManager::Secret": (name) => `secretsmanager:${localRegion}:${localAccountId}:secret:${name}`,
  "AWS::SNS::Topic": (name) => `sns:${localRegion}:${localAccountId}:${name}`,
  "AWS::Logs::LogGroup": (name) => `logs:${localRegion}:${localAccountId}:log-group:${name}`,
  "AWS::CloudWatch::Alarm": (name) => `cloudwatch:${localRegion}:${localAccountId}:alarm:${name}`,
  "AWS::IAM::Role": (name) => `iam::${localAccountId}:role/${name}`,
};

/** The name of a resource on this machine: its own, or `<stack>-<logical id in kebab case>`. */
export function physicalName(resource: NamedResource): string {
  return resource.explicitName ?? `${localStackName}-${kebabCase(resource.logicalId)}`;
}

/** The ARN of a resource, or undefined for a type whose ARNs are not known here. */
export function arnOf(resource: NamedResource): string | undefined {
  const tail = arnResources[resource.type]?.(physicalName(resource));
  return tail === undefined ? undefined : `arn:aws:${tail}`;
}

/** The URL of a queue: the emulator's address, the account and the name. */
export function queueUrlOf(sqsEndpoint: string, queueName: string): string {
  return `${sqsEndpoint}/${localAccountId}/${queueName}`;
}

/** What `Ref` gives for a resource (the Return values section of each type's CloudFormation page). */
export function refOf(resource: NamedResource, context: NamingContext): string {
  const name = physicalName(resource);
  if (resource.type === "AWS::SQS::Queue") return queueUrlOf(context.sqsEndpoint, name);
  if (resource.type === "AWS::SecretsManager::Secret" || resource.type === "AWS::SNS::Topic") {
    return arnOf(resource) ?? name;
  }
  return name;
}

/** What `Fn::GetAtt` gives; throws a `RefluxoError` (`local.template-unsupported`) for an attribute not known here. */
export function attributeOf(resource: NamedResource, attribute: string, context: NamingContext): string {
  const value = knownAttribute(resource, attribute, context);
  if (value !== undefined) return value;
  throw new RefluxoError(
    "local.template-unsupported",
    `${resource.logicalId}.${attribute}: the local runtime does not know this attribute of ${resource.type}`,
  );
}

function knownAttribute(resource: NamedResource, attribute: string, context: NamingContext): string | undefined {
  const name = physicalName(resource);
  if (attribute === "Arn") return arnOf(resource);
  if (resource.type === "AWS::SQS::Queue" && attribute === "QueueName") return name;
  if (resource.type === "AWS::SQS::Queue" && attribute === "QueueUrl") return queueUrlOf(context.sqsEndpoint, name);
  if (resource.type === "AWS::SecretsManager::Secret" && attribute === "Id") return arnOf(resource);
  if (resource.type === "AWS::SNS::Topic" && attribute === "TopicArn") return arnOf(resource);
  if (resource.type === "AWS::S3::Bucket" && attribute === "DomainName") return `${name}.s3.amazonaws.com`;
  if (resource.type === "AWS::ApiGatewayV2::Api" && attribute === "ApiEndpoint") return context.httpEndpoint;
  return undefined;
}

function kebabCase(logicalId: string): string {
  return logicalId
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}
