import type { ParsedRecord } from "../../contracts/parsed-event.ts";
import type { TriggerBindings } from "../../contracts/trigger-bindings.ts";
import { parseEvent } from "../../triggers/index.ts";
import type { ReceivedMessage } from "./memory-step-queue.ts";

const noBindings: TriggerBindings = { objectCreated: [], schedules: [] };

/** Parses messages as Lambda would receive them in one batch: by the trigger, as an SQS event. */
export function parseReceived(messages: readonly ReceivedMessage[]): readonly ParsedRecord[] {
  const Records = messages.map(({ receiveCount, ...message }) => ({
    ...message,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1",
    },
    messageAttributes: {},
    md5OfBody: "0",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:refluxo-dispatcher-steps",
    awsRegion: "eu-central-1",
  }));
  const parsed = parseEvent({ Records }, noBindings);
  if (parsed.type !== "batch") throw new TypeError("An SQS event was parsed to something else than a batch");
  return parsed.records;
}
