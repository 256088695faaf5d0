import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createDispatcher, DefinitionCatalog, type Dispatcher, defaultSettings } from "../../src/dispatcher/index.ts";
import { ValueStore } from "../../src/dispatcher/value-store.ts";
import type { AwsPlatform } from "../../src/platforms/aws/aws-platform.ts";
import { DynamoDBChildRecords } from "../../src/platforms/aws/dynamodb-child-records.ts";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { S3BlobStore } from "../../src/platforms/aws/s3-blob-store.ts";
import { SqsStepQueue } from "../../src/platforms/aws/sqs-step-queue.ts";
import { systemClock, systemRandom } from "../../src/platforms/aws/system-clock.ts";
import { type Endpoints, localRegion } from "../../src/platforms/local/endpoints.ts";
import { createResumeKeysFile } from "../../src/platforms/local/resume-keys-file.ts";
import type { Application, FunctionSpec, QueueSpec } from "../../src/platforms/local/template/application.ts";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { WorkflowStore } from "../../src/ports/workflow-store.ts";
import { type OnRun, soakNodes, soakWorkflows } from "./workload.ts";

/** Shorter than production's 60 s and 360 s, in the same ratio, so that what is killed comes back within the run. */
export const functionTimeoutSeconds = 5;
const visibilityTimeoutSeconds = 30;

/** Production's settings for an invocation of five seconds. */
const settings = {
  ...defaultSettings,
  commitReserveMs: 1_000,
  claimGraceMs: 1_000,
  minimumStepMs: 500,
  minimumReclaimedStepMs: 2_000,
  /** Above what kills can spend by chance: no workflow of the soak is to fail by it. */
  maxClaims: 8,
};

/** Where the emulators listen. */
export interface Ports {
  readonly sqsAndS3: number;
  readonly dynamodb: number;
}

/** The stack of template.yaml at the emulators' ports, with the soak's shorter times. */
export interface SoakStack {
  readonly endpoints: Endpoints;
  readonly application: Application;
  readonly dispatcherFunction: FunctionSpec;
  readonly queue: QueueSpec;
  readonly deadLetters: QueueSpec;
  readonly tableName: string;
  readonly payloadBucket: string;
}

/** Reads template.yaml for the emulators at these ports; throws when it lacks a resource. */
export function readSoakStack(ports: Ports): SoakStack {
  const sqs = `http://127.0.0.1:${ports.sqsAndS3}`;
  const path = fileURLToPath(new URL("../../template.yaml", import.meta.url));
  const naming = { sqsEndpoint: sqs, httpEndpoint: "http://127.0.0.1:0" };
  // Receives are spent by restarts of the emulators too; a dead letter is to be the soak's finding, not its fault.
  const read = readApplication(loadTemplate(path), naming, { MaxReceiveCount: "1000", MaximumConcurrency: "4" });
  const queues = read.queues.map((queue) =>
    queue.logicalId === "StepQueue"
      ? { ...queue, attributes: { ...queue.attributes, VisibilityTimeout: String(visibilityTimeoutSeconds) } }
      : queue,
  );
  const application = { ...read, queues };
  const dispatcher = find(application.functions, "DispatcherFunction");
  return {
    endpoints: {
      sqs,
      s3: sqs,
      dynamodb: `http://127.0.0.1:${ports.dynamodb}`,
      // The workload publishes nothing, and the emulators choose this port anew when they restart.
      eventBridge: "http://127.0.0.1:9",
      region: localRegion,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    application,
    dispatcherFunction: { ...dispatcher, timeoutSeconds: functionTimeoutSeconds },
    queue: find(queues, "StepQueue"),
    deadLetters: find(queues, "DeadLetterQueue"),
    tableName: find(application.tables, "WorkflowTable").name,
    payloadBucket: find(application.buckets, "PayloadBucket").name,
  };
}

/** The real SDK's clients, pointed at the emulators. */
export function createClients({ endpoints }: SoakStack): {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
} {
  const { region, credentials } = endpoints;
  const requestHandler = { connectionTimeout: 500, requestTimeout: 3_000, throwOnRequestTimeout: true };
  const shared = { region, credentials, requestHandler, maxAttempts: 3 };
  return {
    dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
    sqs: new SQSClient({ ...shared, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false }),
    s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

/** What a process of the soak works with. */
export interface SoakPlatform extends AwsPlatform {
  readonly dispatcher: Dispatcher;
  readonly store: WorkflowStore;
  /** The large values, as the dispatcher keeps them. */
  readonly values: ValueStore;
  readonly sqs: SQSClient;
}

/** The dispatcher over the AWS adapters: what createAwsPlatform wires, with the soak's settings, nodes and ledger. */
export function createSoakPlatform(
  stack: SoakStack,
  parts: {
    readonly stateFolder: string;
    readonly logger: Logger;
    readonly onRun: OnRun;
    readonly wrapStore?: (store: WorkflowStore) => WorkflowStore;
  },
): SoakPlatform {
  const { dynamodb, sqs, s3 } = createClients(stack);
  const real = new DynamoDBWorkflowStore(dynamodb, stack.tableName);
  const store = parts.wrapStore?.(real) ?? real;
  const { logger } = parts;
  const blobs = new S3BlobStore(s3);
  const dispatcher = createDispatcher({
    store,
    children: new DynamoDBChildRecords(dynamodb, stack.tableName),
    queue: new SqsStepQueue(sqs, stack.queue.url, stack.deadLetters.url),
    blobs,
    payloadBucket: stack.payloadBucket,
    clock: systemClock,
    random: systemRandom,
    resumeKeys: createResumeKeysFile(parts.stateFolder),
    logger,
    definitions: new DefinitionCatalog(store, soakWorkflows, { nodeDefinitions: soakNodes(parts.onRun) }),
    globals: {},
    settings,
  });
  return {
    dispatcher,
    store,
    values: new ValueStore({
      blobs,
      bucket: stack.payloadBucket,
      inlineBytes: settings.inlineValueBytes,
      maxBytes: settings.maxValueBytes,
      cacheBytes: settings.valueCacheBytes,
    }),
    sqs,
    bindings: { objectCreated: [], schedules: [] },
    logger,
    clock: systemClock,
    close: () => {
      dynamodb.destroy();
      sqs.destroy();
      s3.destroy();
    },
  };
}

function find<TSpec extends { readonly logicalId: string }>(specs: readonly TSpec[], logicalId: string): TSpec {
  const spec = specs.find((candidate) => candidate.logicalId === logicalId);
  if (spec === undefined) throw new Error(`template.yaml has no ${logicalId}`);
  return spec;
}
