import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { type Emulators, startEmulators } from "../../src/platforms/local/emulators/start-emulators.ts";
import type { Application, FunctionSpec } from "../../src/platforms/local/template/application.ts";
import { createResources } from "../../src/platforms/local/template/create-resources.ts";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import type { StoredWorkflow } from "../../src/ports/workflow-store.ts";

const templatePath = fileURLToPath(new URL("../../template.yaml", import.meta.url));
/** Above the largest value: the emulator's own limit is 11 MiB, where S3 takes 5 GB in one request. */

/** The emulators with the template's resources, and what callers of the dispatcher do from outside. */
export interface LargeValueStack extends Pick<Emulators, "endpoints" | "meter"> {
  /** The dispatcher as deployed. */
  readonly spec: FunctionSpec;
  /** Leaves an object in the payload bucket, as a caller may under `incoming/`. */
  leave(key: string, body: string): Promise<void>;
  /** Puts a message on the step queue. */
  send(message: object): Promise<void>;
  /** Everything that is stored of a workflow. */
  load(workflowId: string): Promise<StoredWorkflow | undefined>;
  stop(): Promise<void>;
}

/** Starts emulators in memory, on free ports, and creates the template's resources on them. */
export async function startLargeValueStack(): Promise<LargeValueStack> {
  const emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
  const { endpoints, meter } = emulators;
  const { application, spec } = readDeployment(endpoints.sqs);
  await createResources(application, endpoints);
  const { TABLE_NAME = "", QUEUE_URL, PAYLOAD_BUCKET } = spec.environment;
  const configs = clientConfigs(endpoints);
  const [s3, sqs, dynamodb] = [
    new S3Client(configs.s3),
    new SQSClient(configs.sqs),
    new DynamoDBClient(configs.dynamodb),
  ];
  const store = new DynamoDBWorkflowStore(dynamodb, TABLE_NAME);
  return {
    endpoints,
    meter,
    spec,
    leave: async (Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: PAYLOAD_BUCKET, Key, Body }));
    },
    send: async (message) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: JSON.stringify(message) }));
    },
    load: (workflowId) => store.load(workflowId),
    stop: async () => {
      for (const client of [s3, sqs, dynamodb]) client.destroy();
      await emulators.stop();
    },
  };
}

/** The memory that the template gives the dispatcher by default, MB. */
export function readMemoryMegabytes(): number {
  return readDeployment("http://127.0.0.1:0").spec.memoryMegabytes;
}

function readDeployment(sqsEndpoint: string): { readonly application: Application; readonly spec: FunctionSpec } {
  const application = readApplication(loadTemplate(templatePath), {
    sqsEndpoint,
    httpEndpoint: "http://127.0.0.1:0",
  });
  const spec = application.functions.find(({ logicalId }) => logicalId === "DispatcherFunction");
  if (spec === undefined) throw new TypeError("template.yaml has no DispatcherFunction");
  return { application, spec };
}
