import { fileURLToPath } from "node:url";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientConfigs } from "../src/platforms/local/cli/create-handlers.ts";
import type { CapacityMeter } from "../src/platforms/local/emulators/capacity-meter.ts";
import { startEmulators } from "../src/platforms/local/emulators/start-emulators.ts";
import type { Endpoints } from "../src/platforms/local/endpoints.ts";
import type { FunctionSpec, QueueSource, QueueSpec } from "../src/platforms/local/template/application.ts";
import { loadTemplate } from "../src/platforms/local/template/load-template.ts";
import { readApplication } from "../src/platforms/local/template/read-application.ts";
import type { CallRecorder } from "./call-recorder.ts";

const templatePath = fileURLToPath(new URL("../template.yaml", import.meta.url));

/** A table's keys and indexes. */
export type TableShape = Omit<CreateTableCommandInput, "TableName">;

/** The emulators in memory, and what template.yaml says of the function and its event source. */
export interface Stage {
  readonly meter: CapacityMeter;
  readonly region: string;
  /** The deployed dispatcher's limits and event source, which every contender gets. */
  readonly spec: FunctionSpec;
  readonly source: QueueSource;
  /** Our table's keys and indexes as deployed. */
  readonly workflowTable: TableShape;
  /** One configuration for all contenders: keep-alive and retries are the SDK's defaults. */
  clientConfigs(recorder?: CallRecorder): ReturnType<typeof configure>;
  /** Makes a queue of its own; returns its URL. */
  createQueue(): Promise<string>;
  /** Makes a table of its own, on demand; returns its name. */
  createTable(table: TableShape): Promise<string>;
  endLongPolls(): void;
  stop(): Promise<void>;
}

/** Starts the emulators on free ports, in memory. */
export async function startStage(): Promise<Stage> {
  const emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
  const { endpoints } = emulators;
  const naming = { sqsEndpoint: endpoints.sqs, httpEndpoint: "http://127.0.0.1:0" };
  const { functions, tables, queues } = readApplication(loadTemplate(templatePath), naming);
  const spec = named(functions, "DispatcherFunction");
  const [source] = spec.queueSources;
  if (source === undefined) throw new TypeError("template.yaml gives DispatcherFunction no queue");
  const { destroy, ...makers } = createMakers(endpoints, named(queues, "StepQueue"));
  return {
    meter: emulators.meter,
    region: endpoints.region,
    spec,
    source,
    workflowTable: named(tables, "WorkflowTable").create,
    clientConfigs: (recorder) => configure(endpoints, recorder),
    ...makers,
    endLongPolls: emulators.sqsAndS3.endLongPolls,
    stop: async () => {
      destroy();
      await emulators.stop();
    },
  };
}

function configure(endpoints: Endpoints, recorder?: CallRecorder) {
  const extensions = recorder === undefined ? [] : [recorder.extension];
  const { dynamodb, sqs, s3 } = clientConfigs(endpoints);
  return {
    dynamodb: { ...dynamodb, extensions },
    sqs: { ...sqs, extensions },
    // Requests to S3 are no part of what is counted.
    s3,
  };
}

/** Makes queues and tables that no run before has used. */
function createMakers(endpoints: Endpoints, { attributes }: QueueSpec) {
  const configs = configure(endpoints);
  const sqs = new SQSClient(configs.sqs);
  const dynamodb = new DynamoDBClient(configs.dynamodb);
  const { VisibilityTimeout } = attributes;
  let made = 0;
  const nextName = () => {
    made += 1;
    return `bench-${made}`;
  };
  return {
    createQueue: async (): Promise<string> => {
      const command = new CreateQueueCommand({
        QueueName: nextName(),
        ...(VisibilityTimeout !== undefined && { Attributes: { VisibilityTimeout } }),
      });
      const { QueueUrl } = await sqs.send(command);
      if (QueueUrl === undefined) throw new TypeError("The emulator made no queue");
      return QueueUrl;
    },
    createTable: async (table: TableShape): Promise<string> => {
      const TableName = nextName();
      await dynamodb.send(new CreateTableCommand({ BillingMode: "PAY_PER_REQUEST", ...table, TableName }));
      await untilActive(dynamodb, TableName);
      return TableName;
    },
    destroy: () => {
      sqs.destroy();
      dynamodb.destroy();
    },
  };
}

/** The emulator makes a table active in its next turn, so this asks a few times at most. */
async function untilActive(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  for (;;) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === "ACTIVE") return;
  }
}

function named<TSpec extends { readonly logicalId: string }>(specs: readonly TSpec[], logicalId: string): TSpec {
  const spec = specs.find((candidate) => candidate.logicalId === logicalId);
  if (spec === undefined) throw new TypeError(`template.yaml has no ${logicalId}`);
  return spec;
}
