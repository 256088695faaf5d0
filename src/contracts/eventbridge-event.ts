import * as v from "valibot";

const optionalText = v.nullish(v.string());

/** The envelope of every EventBridge event, as far as it tells events apart. */
export const EventBridgeEnvelope = v.looseObject({
  source: v.string(),
  "detail-type": v.string(),
});
export type EventBridgeEnvelope = v.InferOutput<typeof EventBridgeEnvelope>;

/**
 * S3's "Object Created" event. `key` is the key itself, not url-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const ObjectCreatedEvent = v.looseObject({
  source: v.literal("aws.s3"),
  "detail-type": v.literal("Object Created"),
  region: optionalText,
  detail: v.looseObject({
    bucket: v.looseObject({ name: v.pipe(v.string(), v.nonEmpty("must not be empty")) }),
    object: v.looseObject({
      key: v.pipe(v.string(), v.nonEmpty("must not be empty")),
      size: v.pipe(v.number(), v.safeInteger("must be a whole number"), v.minValue(0, "must not be negative")),
      etag: v.string(),
      "version-id": optionalText,
      sequencer: optionalText,
    }),
  }),
});
export type ObjectCreatedEvent = v.InferOutput<typeof ObjectCreatedEvent>;

/**
 * What an EventBridge rule with a schedule sends; the first resource is the rule's ARN.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export const ScheduledEvent = v.looseObject({
  source: v.literal("aws.events"),
  "detail-type": v.literal("Scheduled Event"),
  time: v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, "must be a UTC time such as 2026-11-02T03:00:00Z"),
  ),
  resources: v.array(v.string()),
});
export type ScheduledEvent = v.InferOutput<typeof ScheduledEvent>;
