import type { Command } from "../contracts/command.ts";
import { InputError } from "../contracts/input-error.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import { parseJson } from "../contracts/parse-json.ts";
import type { ParsedRecord } from "../contracts/parsed-event.ts";
import { SqsEvent, type SqsRecord } from "../contracts/sqs-event.ts";
import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import { isObject } from "./is-object.ts";
import { queueBodies } from "./queue-bodies.ts";
import type { Trigger } from "./trigger.ts";

/**
 * The largest SQS message, in bytes
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
 */
const maxBodyBytes = 1_048_576;

/** Whether an event is an SQS batch, an empty one included: it then goes through the chain for partial failures. */
export function isSqsEvent(event: unknown): boolean {
  if (!isObject(event)) return false;
  const records = event["Records"];
  if (!Array.isArray(records)) return false;
  return records.length === 0 || records.some((record) => isObject(record) && record["eventSource"] === "aws:sqs");
}

function parseRecord(record: SqsRecord, bindings: TriggerBindings): ParsedRecord {
  const { messageId, receiptHandle, body } = record;
  const fields = { messageId, receiptHandle, body, receiveCount: record.attributes.ApproximateReceiveCount };
  try {
    return { ...fields, result: { isValid: true, commands: parseBody(record, bindings) } };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ...fields, result: { isValid: false, error } };
  }
}

/** Paths start at the body, which is what the dead-letter queue will show beside them. */
function parseBody({ messageId, body }: SqsRecord, bindings: TriggerBindings): readonly Command[] {
  if (messageId === "") throw new ParseError("$", "the record has no messageId");
  if (Buffer.byteLength(body) > maxBodyBytes) {
    throw new InputError("input.too-large", "$", `is larger than the SQS limit of ${maxBodyBytes} bytes`);
  }
  const value = parseJson(body);
  const kind = queueBodies.find((candidate) => candidate.matches(value));
  if (kind === undefined) throw new InputError("input.unknown-event", "$", "is no body that the queue carries");
  return kind.parse(value, bindings, messageId);
}

/** A batch from the queue. A record that is invalid says so itself; the batch never fails for it (I17). */
export const sqs: Trigger = {
  name: "sqs",
  matches: isSqsEvent,
  parse: (event, bindings) => ({
    type: "batch",
    records: parse(SqsEvent, event).Records.map((record) => parseRecord(record, bindings)),
  }),
};
