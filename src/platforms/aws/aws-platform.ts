import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import type { TriggerBindings } from "../../contracts/trigger-bindings.ts";
import type { WorkflowDefinition } from "../../contracts/workflow-definition.ts";
import type { Dispatcher } from "../../dispatcher/index.ts";
import type { NodesDefinition } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Json } from "../../ports/node-globals.ts";
import type { ResumeKeys } from "../../ports/resume-keys.ts";
import type { SecretSources } from "../../ports/secrets.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { createAwsSecretSources } from "./aws-secret-sources.ts";
import { createNodeServices } from "./create-node-services.ts";
import { SqsStepQueue } from "./sqs-step-queue.ts";
import { type PlatformEnvironment, wirePlatform } from "./wire-platform.ts";

/** The workflows, node types and bindings that a deployment runs: what `src/workflows/registry.ts` exports. */
export interface Application {
  readonly workflows: readonly WorkflowDefinition[];
  readonly nodeDefinitions: NodesDefinition;
  readonly bindings: TriggerBindings;
  /** What expressions see as `globals`. */
  readonly globals?: Readonly<Record<string, Json>>;
}

/** What another host than Lambda replaces; everything else is the real AWS platform. */
export interface PlatformOverrides {
  readonly dynamodb?: DynamoDBClientConfig;
  readonly sqs?: SQSClientConfig;
  readonly s3?: S3ClientConfig;
  readonly eventBridge?: EventBridgeClientConfig;
  readonly resumeKeys?: ResumeKeys;
  readonly secretSources?: SecretSources;
  readonly logger?: Logger;
  /** None of its own: only the entry points of Lambda have somebody who reads it. */
  readonly telemetry?: Telemetry;
  readonly clock?: Clock;
}

/** A dispatcher over the AWS services, and what its entry points need beside it. */
export interface AwsPlatform {
  readonly dispatcher: Dispatcher;
  readonly bindings: TriggerBindings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Closes the clients' connections. */
  close(): void;
}

/**
 * Wires the AWS adapters to the dispatcher, with one client per service; call it once per container. Throws when a
 * definition is not valid.
 */
export function createAwsPlatform(
  application: Application,
  environment: PlatformEnvironment,
  overrides: PlatformOverrides = {},
): AwsPlatform {
  const { QUEUE_URL, DEAD_LETTER_QUEUE_URL, RESUME_KEY_SECRET_ARN } = environment;
  return wirePlatform(application, environment, overrides, ({ sqs, clock }) => ({
    nodeServices: createNodeServices({ environment, sqs, clock, eventBridge: overrides.eventBridge }),
    queue: new SqsStepQueue(sqs, QUEUE_URL, DEAD_LETTER_QUEUE_URL),
    secretSources: overrides.secretSources ?? createAwsSecretSources({}, RESUME_KEY_SECRET_ARN),
  }));
}
