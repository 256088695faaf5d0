import type { Command } from "../contracts/command.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import { S3Notification, S3ObjectCreatedRecord } from "../contracts/s3-notification.ts";
import type { TriggerBindings } from "../contracts/trigger-bindings.ts";
import { isObject } from "./is-object.ts";
import { objectStart } from "./object-start.ts";
import type { Trigger } from "./trigger.ts";

/** Whether an event or a queue body is a classic S3 notification, or the `s3:TestEvent` that precedes them. */
export function isS3Notification(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value["Event"] === "s3:TestEvent") return true;
  const records = value["Records"];
  return Array.isArray(records) && records.some((record) => isObject(record) && record["eventSource"] === "aws:s3");
}

/**
 * The commands of a classic S3 notification: a start for every `ObjectCreated:*` record whose key is bound, an
 * ignore for every other. Throws a `ParseError` when a record is invalid.
 */
export function parseS3Notification(value: unknown, bindings: TriggerBindings): readonly Command[] {
  if (isObject(value) && value["Event"] === "s3:TestEvent") {
    return [{ type: "ignore", reason: "s3:TestEvent names no object" }];
  }
  return parse(S3Notification, value).Records.map((record, index) => {
    if (!/^(s3:)?ObjectCreated:/.test(record.eventName)) {
      return { type: "ignore", reason: `${record.eventName} creates no object` };
    }
    return parseCreated(record, `$.Records.${index}`, bindings);
  });
}

function parseCreated(record: unknown, path: string, bindings: TriggerBindings): Command {
  const { awsRegion, s3 } = parse(S3ObjectCreatedRecord, record, path);
  const { size, eTag, versionId, sequencer } = s3.object;
  const key = decodeKey(s3.object.key, `${path}.s3.object.key`);
  return objectStart(
    { bucket: s3.bucket.name, key, versionId, sequencer, sizeBytes: size, etag: eTag, region: awsRegion },
    bindings,
  );
}

/**
 * Classic notifications carry the key url-encoded as a form is, `red+flower.jpg` for `red flower.jpg`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
function decodeKey(key: string, path: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (cause) {
    throw new ParseError(path, "is not a url-encoded key", { cause });
  }
}

/** A classic S3 notification that invokes the function directly. */
export const s3: Trigger = {
  name: "s3",
  matches: isS3Notification,
  parse: (event, bindings) => ({ type: "commands", source: "s3", commands: parseS3Notification(event, bindings) }),
};
