import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { PublishedEvent } from "../../src/platforms/local/emulators/eventbridge-emulator.ts";
import { startEmulators } from "../../src/platforms/local/emulators/start-emulators.ts";
import { createResources } from "../../src/platforms/local/template/create-resources.ts";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";

const templatePath = fileURLToPath(new URL("../../template.yaml", import.meta.url));

/** The table, queues and buckets of template.yaml on emulators in memory, and how to make real SDK clients for them. */
export interface EmulatedStack {
  readonly tableName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly payloadBucket: string;
  dynamodb(): DynamoDBClient;
  sqs(): SQSClient;
  s3(): S3Client;
  /** How an EventBridge client finds the emulator, and what was published there. */
  readonly eventBridge: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly events: readonly PublishedEvent[];
  stop(): Promise<void>;
}

/** Starts the emulators on free ports and creates what template.yaml declares, with its own keys and indexes. */
export async function startEmulatedStack(): Promise<EmulatedStack> {
  const emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
  const events: PublishedEvent[] = [];
  emulators.eventBridge.onEvent((event) => events.push(event));
  try {
    const { region, credentials, ...endpoints } = emulators.endpoints;
    const naming = { sqsEndpoint: endpoints.sqs, httpEndpoint: "http://127.0.0.1:0" };
    const application = readApplication(loadTemplate(templatePath), naming);
    await createResources(application, emulators.endpoints);
    const { queues, tables, buckets } = application;
    return {
      tableName: named(tables, "WorkflowTable").name,
      queueUrl: named(queues, "StepQueue").url,
      deadLetterQueueUrl: named(queues, "DeadLetterQueue").url,
      payloadBucket: named(buckets, "PayloadBucket").name,
      dynamodb: () => new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
      sqs: () => new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false }),
      s3: () => new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true }),
      eventBridge: { region, credentials, endpoint: endpoints.eventBridge },
      events,
      stop: () => emulators.stop(),
    };
  } catch (error) {
    await emulators.stop();
    throw error;
  }
}

function named<TSpec extends { readonly logicalId: string }>(specs: readonly TSpec[], logicalId: string): TSpec {
  const spec = specs.find((candidate) => candidate.logicalId === logicalId);
  if (spec === undefined) throw new Error(`template.yaml has no ${logicalId}`);
  return spec;
}
