import * as v from "valibot";

const optionalText = v.nullish(v.string());

/** What we read of a classic notification record, whatever its kind; `eventName` says which kind it is. */
export const S3NotificationRecord = v.looseObject({
  eventSource: v.literal("aws:s3"),
  eventName: v.string(),
});
export type S3NotificationRecord = v.InferOutput<typeof S3NotificationRecord>;

/**
 * A classic S3 event notification, as S3 sends it to Lambda, SQS and SNS.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const S3Notification = v.looseObject({ Records: v.array(S3NotificationRecord) });
export type S3Notification = v.InferOutput<typeof S3Notification>;

/** A classic `ObjectCreated:*` record. `key` is still url-encoded, with `+` for a space. */
export const S3ObjectCreatedRecord = v.looseObject({
  awsRegion: optionalText,
  s3: v.looseObject({
    bucket: v.looseObject({ name: v.pipe(v.string(), v.nonEmpty("must not be empty")) }),
    object: v.looseObject({
      key: v.pipe(v.string(), v.nonEmpty("must not be empty")),
      size: v.pipe(v.number(), v.safeInteger("must be a whole number"), v.minValue(0, "must not be negative")),
      eTag: v.string(),
      versionId: optionalText,
      sequencer: optionalText,
    }),
  }),
});
export type S3ObjectCreatedRecord = v.InferOutput<typeof S3ObjectCreatedRecord>;

/**
 * What S3 sends once when a notification is configured; it names no object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const S3TestEvent = v.looseObject({
  Service: v.optional(v.string()),
  Event: v.literal("s3:TestEvent"),
  Bucket: v.optional(v.string()),
});
export type S3TestEvent = v.InferOutput<typeof S3TestEvent>;
