import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import type { TriggerBindings } from "../../contracts/trigger-bindings.ts";
import type { WorkflowDefinition } from "../../contracts/workflow-definition.ts";
import { createDispatcher, DefinitionCatalog, type Dispatcher, defaultSettings } from "../../dispatcher/index.ts";
import { type NodesDefinition, StandardSchemaValidator } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { NodeGlobals } from "../../ports/node-globals.ts";
import type { ResumeKeys } from "../../ports/resume-keys.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { bulkService, quickService } from "./client-limits.ts";
import type { ApiEnvironment, DispatcherEnvironment, SweeperEnvironment } from "./config.ts";
import { DynamoDBWorkflowStore } from "./dynamodb-workflow-store.ts";
import { PowertoolsLoggerAdapter } from "./powertools-logger.ts";
import { S3BlobStore } from "./s3-blob-store.ts";
import { SecretsManagerResumeKeys } from "./secrets-manager-resume-keys.ts";
import { SqsStepQueue } from "./sqs-step-queue.ts";
import { systemClock, systemRandom } from "./system-clock.ts";

/** The workflows, node types and bindings that a deployment runs: what `src/workflows/registry.ts` exports. */
export interface Application {
  readonly workflows: readonly WorkflowDefinition[];
  readonly nodeDefinitions: NodesDefinition;
  readonly bindings: TriggerBindings;
}

/** What another host than Lambda replaces; everything else is the real AWS platform. */
export interface PlatformOverrides {
  readonly dynamodb?: DynamoDBClientConfig;
  readonly sqs?: SQSClientConfig;
  readonly s3?: S3ClientConfig;
  readonly resumeKeys?: ResumeKeys;
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

type Environment = SweeperEnvironment & Partial<ApiEnvironment & DispatcherEnvironment>;

/**
 * Wires the AWS adapters to the dispatcher, with one client per service; call it once per container. Throws when a
 * definition is not valid.
 */
export function createAwsPlatform(
  application: Application,
  environment: Environment,
  overrides: PlatformOverrides = {},
): AwsPlatform {
  const dynamodb = new DynamoDBClient({ ...quickService, ...overrides.dynamodb });
  const sqs = new SQSClient({ ...quickService, ...overrides.sqs });
  const s3 = new S3Client({ ...bulkService, ...overrides.s3 });
  const clock = overrides.clock ?? systemClock;
  const logger = overrides.logger ?? new PowertoolsLoggerAdapter();
  const store = new DynamoDBWorkflowStore(dynamodb, environment.TABLE_NAME);
  const {
    RETENTION_DAYS: retentionDays,
    INLINE_VALUE_BYTES: inlineValueBytes,
    PAYLOAD_BUCKET: payloadBucket = "",
  } = environment;
  const blobs = new S3BlobStore(s3);
  const dispatcher = createDispatcher({
    store,
    queue: new SqsStepQueue(sqs, environment.QUEUE_URL, environment.DEAD_LETTER_QUEUE_URL),
    clock,
    random: systemRandom,
    resumeKeys: overrides.resumeKeys ?? secretResumeKeys(environment, clock),
    logger,
    ...(overrides.telemetry !== undefined && { telemetry: overrides.telemetry }),
    definitions: new DefinitionCatalog(store, application.workflows, {
      nodeDefinitions: application.nodeDefinitions,
      validator: new StandardSchemaValidator(),
      clock: () => clock.now(),
    }),
    blobs,
    payloadBucket,
    globals: { blobs, payloadBucket } satisfies NodeGlobals,
    settings: {
      ...defaultSettings,
      ...(retentionDays !== undefined && { retentionMs: retentionDays * 24 * 3600 * 1000 }),
      ...(inlineValueBytes !== undefined && { inlineValueBytes }),
    },
  });
  const close = () => {
    for (const client of [dynamodb, sqs, s3]) client.destroy();
  };
  return { dispatcher, bindings: application.bindings, logger, clock, close };
}

function secretResumeKeys({ RESUME_KEY_SECRET_ARN = "" }: Environment, clock: Clock): ResumeKeys {
  const client = async () => {
    const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    return new SecretsManagerClient(quickService);
  };
  return new SecretsManagerResumeKeys(client, RESUME_KEY_SECRET_ARN, clock);
}
