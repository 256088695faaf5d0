import type { Command } from "../contracts/command.ts";
import { EventBridgeEnvelope, ObjectCreatedEvent } from "../contracts/eventbridge-event.ts";
import { parse } from "../contracts/parse-error.ts";
import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import { isObject } from "./is-object.ts";
import { objectStart } from "./object-start.ts";
import type { Trigger } from "./trigger.ts";

/** Whether an event or a queue body is an EventBridge event of S3's. */
export function isEventBridgeS3(value: unknown): boolean {
  return isObject(value) && value["source"] === "aws.s3" && typeof value["detail-type"] === "string";
}

/**
 * The command of an S3 event from EventBridge: "Object Created" starts a workflow, every other kind is ignored.
 * Throws a `ParseError` when the event is invalid.
 *
 * The key is taken as it stands. The page on EventBridge's structure
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html) knows no encoding, unlike the one on
 * classic notifications, and keys with `%`, `+` and spaces were seen to arrive raw
 * (https://github.com/aws-solutions-library-samples/guidance-for-medialake-on-aws/pull/21). Decoding here would
 * turn the key `a+b.csv` into another object's.
 */
export function parseEventBridgeS3(value: unknown, bindings: TriggerBindings): readonly Command[] {
  const detailType = parse(EventBridgeEnvelope, value)["detail-type"];
  if (detailType !== "Object Created") return [{ type: "ignore", reason: `"${detailType}" creates no object` }];
  const { region, detail } = parse(ObjectCreatedEvent, value);
  const { key, size, etag, "version-id": versionId, sequencer } = detail.object;
  return [
    objectStart({ bucket: detail.bucket.name, key, versionId, sequencer, sizeBytes: size, etag, region }, bindings),
  ];
}

/** An S3 event that an EventBridge rule sends to the function directly. */
export const eventBridgeS3: Trigger = {
  name: "eventbridge-s3",
  matches: isEventBridgeS3,
  parse: (event, bindings) => ({
    type: "commands",
    source: "eventbridge-s3",
    commands: parseEventBridgeS3(event, bindings),
  }),
};
