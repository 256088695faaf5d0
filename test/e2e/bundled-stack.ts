import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { vi } from "vitest";
import { buildFunctions } from "../../scripts/build.ts";
import { DynamoDBWorkflowStore } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { clientConfigs } from "../../src/platforms/local/cli/create-handlers.ts";
import { startEmulators } from "../../src/platforms/local/emulators/start-emulators.ts";
import type { Endpoints } from "../../src/platforms/local/endpoints.ts";
import { startEventSourceMapping } from "../../src/platforms/local/functions/event-source-mapping.ts";
import type { Application, FunctionSpec } from "../../src/platforms/local/template/application.ts";
import { createResources } from "../../src/platforms/local/template/create-resources.ts";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import { LambdaProcess } from "./lambda-process.ts";
import { type SecretsManager, startSecretsManager } from "./secrets-manager.ts";
import { templatePath } from "./test-stack.ts";

/** What signs the resume tokens here. */
export const resumeKey = { id: "k1", secret: "a secret that only this test signs with" };

const bundledFunctions = ["DispatcherFunction", "ApiFunction", "SweeperFunction"] as const;
type BundledFunction = (typeof bundledFunctions)[number];

/** A workflow as its head lists it. */
export interface ListedWorkflow {
  readonly workflowId: string;
  readonly definitionId: string;
}

/** The built bundles in processes of their own, over emulators with the template's resources. */
export class BundledStack {
  readonly functions: Readonly<Record<BundledFunction, LambdaProcess>>;
  readonly store: DynamoDBWorkflowStore;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dispatcher: FunctionSpec;
  readonly #application: Application;
  readonly #dynamodb: DynamoDBClient;
  readonly #endLongPolls: () => void;

  constructor(
    application: Application,
    endpoints: Endpoints,
    functions: Readonly<Record<BundledFunction, LambdaProcess>>,
    endLongPolls: () => void,
  ) {
    const clients = clientConfigs(endpoints);
    this.s3 = new S3Client(clients.s3);
    this.sqs = new SQSClient(clients.sqs);
    this.#dynamodb = new DynamoDBClient(clients.dynamodb);
    this.dispatcher = specOf(application.functions, "DispatcherFunction");
    this.store = new DynamoDBWorkflowStore(this.#dynamodb, this.#tableName(application));
    this.functions = functions;
    this.#application = application;
    this.#endLongPolls = endLongPolls;
  }

  get stepQueueUrl(): string {
    return specOf(this.#application.queues, "StepQueue").url;
  }

  get payloadBucket(): string {
    return specOf(this.#application.buckets, "PayloadBucket").name;
  }

  /** Every workflow of the table, by its head. */
  async workflows(): Promise<readonly ListedWorkflow[]> {
    const { Items = [] } = await this.#dynamodb.send(
      new ScanCommand({
        TableName: this.#tableName(this.#application),
        FilterExpression: "version = :head",
        ExpressionAttributeValues: { ":head": { N: "-1" } },
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => ({
      workflowId: item["workflowId"]?.S ?? "",
      definitionId: item["definitionId"]?.S ?? "",
    })).toSorted((a, b) => a.workflowId.localeCompare(b.workflowId));
  }

  /** How many messages a queue holds: visible, in flight and delayed. */
  async messagesOn(logicalId: "StepQueue" | "DeadLetterQueue"): Promise<number> {
    const QueueUrl = specOf(this.#application.queues, logicalId).url;
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return Object.entries(Attributes)
      .filter(([name]) => name.startsWith("ApproximateNumberOfMessages"))
      .reduce((total, [, count]) => total + Number(count), 0);
  }

  /** Lets the dispatcher work off the step queue until it is empty. */
  async workOffQueue(): Promise<void> {
    const [source] = this.dispatcher.queueSources;
    if (source === undefined) throw new Error("The template gives DispatcherFunction no queue");
    const mapping = startEventSourceMapping({
      sqs: this.sqs,
      queueUrl: this.stepQueueUrl,
      region: "us-east-1",
      source,
      functionId: this.dispatcher.logicalId,
      invoke: (event) => this.functions.DispatcherFunction.invoke(event),
      endLongPolls: this.#endLongPolls,
      onLog: ({ message, error }) => {
        throw new Error(message, { cause: error });
      },
    });
    try {
      await vi.waitFor(
        async () => {
          if ((await this.messagesOn("StepQueue")) > 0) throw new Error("The step queue is not empty");
        },
        { timeout: 10_000, interval: 20 },
      );
    } finally {
      await mapping.stop();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.functions).map((container) => container.end()));
    for (const client of [this.s3, this.sqs, this.#dynamodb]) client.destroy();
  }

  #tableName(application: Application): string {
    return specOf(application.tables, "WorkflowTable").name;
  }
}

/** Builds the bundles and starts them with all that they need; returns the stack and what ends it. */
export async function startBundledStack(): Promise<{ stack: BundledStack; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "refluxo-bundles-"));
  const bundles = await buildFunctions(directory);
  const emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
  const { endpoints } = emulators;
  const naming = { sqsEndpoint: endpoints.sqs, httpEndpoint: "http://127.0.0.1:0" };
  const application = readApplication(loadTemplate(templatePath), naming);
  await createResources(application, endpoints);
  const { RESUME_KEY_SECRET_ARN = "" } = specOf(application.functions, "ApiFunction").environment;
  const secrets = await startSecretsManager({
    [RESUME_KEY_SECRET_ARN]: JSON.stringify({ current: resumeKey.id, [resumeKey.id]: resumeKey.secret }),
  });
  const container = (logicalId: BundledFunction) => {
    const { environment, timeoutSeconds, name } = specOf(application.functions, logicalId);
    const lambda = { ...lambdaEnvironment(endpoints, secrets), AWS_LAMBDA_FUNCTION_NAME: name };
    return new LambdaProcess(specOf(bundles, logicalId), timeoutSeconds, { ...environment, ...lambda });
  };
  const functions = {
    DispatcherFunction: container("DispatcherFunction"),
    ApiFunction: container("ApiFunction"),
    SweeperFunction: container("SweeperFunction"),
  };
  const stack = new BundledStack(application, endpoints, functions, emulators.sqsAndS3.endLongPolls);
  const stop = async () => {
    await stack.stop();
    await Promise.all([secrets.stop(), emulators.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  return { stack, stop };
}

/** What Lambda itself sets, and where the services are. */
function lambdaEnvironment({ sqs, s3, dynamodb, region, credentials }: Endpoints, { endpoint }: SecretsManager) {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  };
}

function specOf<TSpec extends { readonly logicalId: string }>(specs: readonly TSpec[], logicalId: string): TSpec {
  const spec = specs.find((candidate) => candidate.logicalId === logicalId);
  if (spec === undefined) throw new Error(`There is no ${logicalId}`);
  return spec;
}
