import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import {
  createDispatcher,
  defaultSettings,
  HandedOutSecrets,
  type RecordPorts,
  RedactingLogger,
  resumeUrl,
  SecretCache,
} from "../../dispatcher/index.ts";
// Not by the room's face, over which the bundler would take JSONata along.
import { LazyExpressionEngine } from "../../expressions/lazy-expression-engine.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NodeGlobals } from "../../ports/node-globals.ts";
import type { ResumeKeys } from "../../ports/resume-keys.ts";
import type { SecretSources } from "../../ports/secrets.ts";
import type { StepQueue } from "../../ports/step-queue.ts";
import type { Application, AwsPlatform, PlatformOverrides } from "./aws-platform.ts";
import { bulkService, quickService } from "./client-limits.ts";
import type { ApiEnvironment, DispatcherEnvironment, SweeperEnvironment } from "./config.ts";
import { createCatalog } from "./create-catalog.ts";
import type { NodeServices } from "./create-node-services.ts";
import { DynamoDBChildRecords } from "./dynamodb-child-records.ts";
import { DynamoDBWorkflowStore } from "./dynamodb-workflow-store.ts";
import { LazyBlobStore } from "./lazy-blob-store.ts";
import { LazyClient } from "./lazy-client.ts";
import { PowertoolsLoggerAdapter } from "./powertools-logger.ts";
import { SecretsManagerResumeKeys } from "./secrets-manager-resume-keys.ts";
import { createDynamoDBClient, createSqsClient } from "./step-clients.ts";
import { systemClock, systemRandom } from "./system-clock.ts";

/** What the environment of a function that has a dispatcher may say. */
export type PlatformEnvironment = Pick<SweeperEnvironment, "TABLE_NAME" | "QUEUE_URL"> &
  Partial<ApiEnvironment & DispatcherEnvironment>;

/** What own parts are made of. */
interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** Loaded when it is first needed: most steps have neither large values nor objects. */
  readonly s3: LazyClient<S3Client>;
  readonly clock: Clock;
}

/** What the functions do not share. */
interface OwnParts {
  readonly queue: StepQueue;
  readonly secretSources: SecretSources;
  readonly nodeServices: NodeServices;
  readonly records?: RecordPorts;
}

/**
 * Wires what every function with a dispatcher has to what its function alone has, with one client per service. Throws
 * when a definition is not valid.
 */
export function wirePlatform(
  application: Application,
  environment: PlatformEnvironment,
  overrides: PlatformOverrides,
  createOwnParts: (clients: Clients) => OwnParts,
): AwsPlatform {
  const dynamodb = createDynamoDBClient(overrides.dynamodb);
  const sqs = createSqsClient(overrides.sqs);
  const s3 = new LazyClient(async () => {
    const { S3Client } = await import("./s3.ts");
    return new S3Client({ ...bulkService, ...overrides.s3 });
  });
  const clock = overrides.clock ?? systemClock;
  const handedOut = new HandedOutSecrets();
  const logger = new RedactingLogger(overrides.logger ?? new PowertoolsLoggerAdapter(), handedOut);
  const { secretSources: sources, nodeServices, ...ownParts } = createOwnParts({ dynamodb, sqs, s3, clock });
  const secrets = new SecretCache({ sources, clock, handedOut });
  const store = new DynamoDBWorkflowStore(dynamodb, environment.TABLE_NAME, environment.INDEX_SHARDS);
  const {
    RETENTION_DAYS: retentionDays,
    INLINE_VALUE_BYTES: inlineValueBytes,
    PAYLOAD_BUCKET: payloadBucket = "",
    API_URL: apiUrl = "",
    STEPS_PER_INVOCATION: stepsPerInvocation,
  } = environment;
  const blobs = new LazyBlobStore(async () => {
    const [{ S3BlobStore }, client] = await Promise.all([import("./s3-blob-store.ts"), s3.get()]);
    return new S3BlobStore(client);
  });
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
      expressions: new LazyExpressionEngine({ clock: () => clock.now() }),
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
      ...(stepsPerInvocation !== undefined && { stepsPerInvocation }),
    },
  });
  const close = () => {
    for (const client of [dynamodb, sqs]) client.destroy();
    void s3.destroy();
    nodeServices.close();
  };
  return { dispatcher, bindings: application.bindings, logger, clock, close };
}

function secretResumeKeys({ RESUME_KEY_SECRET_ARN = "" }: PlatformEnvironment, clock: Clock): ResumeKeys {
  const client = async () => {
    const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    return new SecretsManagerClient(quickService);
  };
  return new SecretsManagerResumeKeys(client, RESUME_KEY_SECRET_ARN, clock);
}
