import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import type { TriggerBindings } from "../../contracts/trigger-bindings.ts";
import type { WorkflowDefinition } from "../../contracts/workflow-definition.ts";
import {
  createDispatcher,
  type Dispatcher,
  defaultSettings,
  HandedOutSecrets,
  type RecordPorts,
  RedactingLogger,
  resumeUrl,
  SecretCache,
} from "../../dispatcher/index.ts";
import type { NodesDefinition } from "../../engine/index.ts";
import { ExpressionEngine } from "../../expressions/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Json, NodeGlobals } from "../../ports/node-globals.ts";
import type { ResumeKeys } from "../../ports/resume-keys.ts";
import type { SecretSources } from "../../ports/secrets.ts";
import type { StepQueue } from "../../ports/step-queue.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { createAwsSecretSources } from "./aws-secret-sources.ts";
import { bulkService, quickService } from "./client-limits.ts";
import type { ApiEnvironment, DispatcherEnvironment, SweeperEnvironment } from "./config.ts";
import { createCatalog } from "./create-catalog.ts";
import { createNodeServices, type NodeServices, noNodeServices } from "./create-node-services.ts";
import { DynamoDBChildRecords } from "./dynamodb-child-records.ts";
import { DynamoDBWorkflowEraser } from "./dynamodb-workflow-eraser.ts";
import { DynamoDBWorkflowReader } from "./dynamodb-workflow-reader.ts";
import { DynamoDBWorkflowStore } from "./dynamodb-workflow-store.ts";
import { PowertoolsLoggerAdapter } from "./powertools-logger.ts";
import { S3BlobEraser } from "./s3-blob-eraser.ts";
import { S3BlobStore } from "./s3-blob-store.ts";
import { SecretsManagerResumeKeys } from "./secrets-manager-resume-keys.ts";
import { SqsStepQueue } from "./sqs-step-queue.ts";
import { SqsStepSender } from "./sqs-step-sender.ts";
import { systemClock, systemRandom } from "./system-clock.ts";

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
  const { QUEUE_URL, DEAD_LETTER_QUEUE_URL, RESUME_KEY_SECRET_ARN } = environment;
  return wirePlatform(application, environment, overrides, ({ sqs, clock }) => ({
    nodeServices: createNodeServices({ environment, sqs, clock, eventBridge: overrides.eventBridge }),
    queue: new SqsStepQueue(sqs, QUEUE_URL, DEAD_LETTER_QUEUE_URL),
    secretSources: overrides.secretSources ?? createAwsSecretSources({}, RESUME_KEY_SECRET_ARN),
  }));
}

/**
 * The same for the HTTP API: it receives no messages and runs no nodes, so has no secrets for them, but lists and erases.
 * Its bundle holds no call that its role does not allow (test/template/least-privilege.test.ts).
 */
export function createApiPlatform(
  application: Application,
  environment: Environment,
  overrides: PlatformOverrides = {},
): AwsPlatform {
  const { QUEUE_URL, TABLE_NAME } = environment;
  return wirePlatform(application, environment, overrides, ({ sqs, dynamodb, s3 }) => ({
    queue: new SqsStepSender(sqs, QUEUE_URL),
    secretSources: {},
    nodeServices: noNodeServices,
    records: {
      reader: new DynamoDBWorkflowReader(dynamodb, TABLE_NAME),
      eraser: new DynamoDBWorkflowEraser(dynamodb, TABLE_NAME),
      blobEraser: new S3BlobEraser(s3),
    },
  }));
}

/** What own parts are made of. */
interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly clock: Clock;
}

/** What the functions do not share. */
interface OwnParts {
  readonly queue: StepQueue;
  readonly secretSources: SecretSources;
  readonly nodeServices: NodeServices;
  readonly records?: RecordPorts;
}

function wirePlatform(
  application: Application,
  environment: Environment,
  overrides: PlatformOverrides,
  createOwnParts: (clients: Clients) => OwnParts,
): AwsPlatform {
  const dynamodb = new DynamoDBClient({ ...quickService, ...overrides.dynamodb });
  const sqs = new SQSClient({ ...quickService, ...overrides.sqs });
  const s3 = new S3Client({ ...bulkService, ...overrides.s3 });
  const clock = overrides.clock ?? systemClock;
  const handedOut = new HandedOutSecrets();
  const logger = new RedactingLogger(overrides.logger ?? new PowertoolsLoggerAdapter(), handedOut);
  const { secretSources: sources, nodeServices, ...ownParts } = createOwnParts({ dynamodb, sqs, s3, clock });
  const secrets = new SecretCache({ sources, clock, handedOut });
  const store = new DynamoDBWorkflowStore(dynamodb, environment.TABLE_NAME);
  const {
    RETENTION_DAYS: retentionDays,
    INLINE_VALUE_BYTES: inlineValueBytes,
    PAYLOAD_BUCKET: payloadBucket = "",
    API_URL: apiUrl = "",
  } = environment;
  const blobs = new S3BlobStore(s3);
  const dispatcher = createDispatcher({
    store,
    children: new DynamoDBChildRecords(dynamodb, environment.TABLE_NAME),
    ...ownParts,
    clock,
    random: systemRandom,
    resumeKeys: overrides.resumeKeys ?? secretResumeKeys(environment, clock),
    logger,
    ...(overrides.telemetry !== undefined && { telemetry: overrides.telemetry }),
    definitions: createCatalog(application, store, {
      clock,
      random: systemRandom,
      transformEngines: [new ExpressionEngine({ clock: () => clock.now() })],
    }),
    blobs,
    payloadBucket,
    globals: {
      blobs,
      payloadBucket,
      readableBuckets: nodeServices.readableBuckets,
      http: nodeServices.http,
      events: nodeServices.events,
      messages: nodeServices.messages,
      declared: application.globals ?? {},
      secret: (reference) => secrets.read(reference),
      resumeUrl: async (step, options) => resumeUrl(apiUrl, step.workflowId, await step.resumeToken(options)),
    } satisfies NodeGlobals,
    handedOut,
    settings: {
      ...defaultSettings,
      ...(retentionDays !== undefined && { retentionMs: retentionDays * 24 * 3600 * 1000 }),
      ...(inlineValueBytes !== undefined && { inlineValueBytes }),
    },
  });
  const close = () => {
    for (const client of [dynamodb, sqs, s3]) client.destroy();
    nodeServices.close();
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
