import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { onTestFinished } from "vitest";
import type { Emulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";
import {
  type EventSourceMapping,
  startEventSourceMapping,
} from "../../../../src/platforms/local/functions/event-source-mapping.ts";
import type { LocalLogLine } from "../../../../src/platforms/local/local-log.ts";
import { startTestEmulators } from "../local-clients.ts";

/** The queue's ARN, as the handler sees it. */
export const queueArn = "arn:aws:sqs:us-east-1:000000000000:steps";

/** A poller of a queue on emulators of its own; everything ends with the test. */
export interface PollerUnderTest {
  readonly sqs: SQSClient;
  readonly QueueUrl: string;
  readonly lines: LocalLogLine[];
  readonly mapping: EventSourceMapping;
  send(...bodies: string[]): Promise<void>;
  /** Visible, held and delayed messages. */
  counts(): Promise<[number, number, number]>;
}

/** What a test makes of the poller and its queue. */
export interface PollerSetup {
  invoke(event: SQSEvent): Promise<unknown>;
  readonly batchSize?: number;
  readonly maximumConcurrency?: number;
  readonly reportsBatchItemFailures?: boolean;
  readonly before?: readonly string[];
  readonly visibilitySeconds?: number;
  readonly stateFolder?: string;
  /** What a stop does at the queue, in place of ending its long polls. */
  readonly onStop?: (emulators: Emulators) => void;
}

/** Starts a poller whose handler is the test's. */
export async function startPoller(setup: PollerSetup): Promise<PollerUnderTest> {
  const { emulators, sqs } = await startTestEmulators(setup.stateFolder);
  const Attributes = { VisibilityTimeout: String(setup.visibilitySeconds ?? 600) };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "steps", Attributes }));
  const send = async (...bodies: string[]) => {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  };
  if (setup.before) await send(...setup.before);
  const lines: LocalLogLine[] = [];
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: QueueUrl,
    region: "us-east-1",
    source: {
      queueArn,
      batchSize: setup.batchSize ?? 10,
      batchingWindowSeconds: 0,
      maximumConcurrency: setup.maximumConcurrency ?? 2,
      reportsBatchItemFailures: setup.reportsBatchItemFailures ?? true,
    },
    functionId: "F",
    invoke: (event) => setup.invoke(event as SQSEvent),
    endLongPolls: () => (setup.onStop ? setup.onStop(emulators) : emulators.sqsAndS3.endLongPolls()),
    onLog: (line) => lines.push(line),
  });
  onTestFinished(() => mapping.stop());
  const counts = async (): Promise<[number, number, number]> => {
    const { Attributes: all = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return [
      Number(all.ApproximateNumberOfMessages),
      Number(all.ApproximateNumberOfMessagesNotVisible),
      Number(all.ApproximateNumberOfMessagesDelayed),
    ];
  };
  return { sqs, QueueUrl, lines, mapping, send, counts };
}
