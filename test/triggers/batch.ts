import type { ParsedRecord } from "../../src/contracts/parsed-event.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { bindings } from "./sample.ts";

/** An SQS record as Lambda hands it over. */
export function sqsRecord(body: unknown, messageId = "4d5a7d4b-2441-4f6e-abfc-3b29d7167580") {
  return {
    messageId,
    receiptHandle: `handle-${messageId}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "2",
      SentTimestamp: "1",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "1",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:refluxo-dispatcher-steps",
    awsRegion: "eu-central-1",
  };
}

/** The parsed records of an SQS batch. */
export function parseBatch(records: readonly unknown[]): readonly ParsedRecord[] {
  const parsed = parseEvent({ Records: records }, bindings);
  if (parsed.type !== "batch") throw new Error(`expected a batch, got ${parsed.type}`);
  return parsed.records;
}

/** The result of the one record with this body. */
export function parseBody(body: unknown, messageId?: string): ParsedRecord["result"] {
  const [record] = parseBatch([sqsRecord(body, messageId)]);
  if (record === undefined) throw new Error("the batch lost its record");
  return record.result;
}

/** The error of the one record with this body. */
export function errorOfBody(body: unknown): { readonly code: string; readonly path: string; readonly reason: string } {
  const result = parseBody(body);
  if (result.isValid) throw new Error("expected the record to be invalid");
  const { code, path, reason } = result.error;
  return { code, path, reason };
}
