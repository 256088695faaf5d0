import * as v from "valibot";

const attributes = v.looseObject({
  ApproximateReceiveCount: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
});

/**
 * What we read of one SQS record. A field that is missing becomes empty instead of failing the schema, because a
 * failure here would be a failure of the whole batch (I17); the trigger judges the record by itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const SqsRecord = v.fallback(
  v.looseObject({
    messageId: v.fallback(v.string(), ""),
    receiptHandle: v.fallback(v.string(), ""),
    body: v.fallback(v.string(), ""),
    attributes: v.fallback(attributes, { ApproximateReceiveCount: 1 }),
  }),
  { messageId: "", receiptHandle: "", body: "", attributes: { ApproximateReceiveCount: 1 } },
);
export type SqsRecord = v.InferOutput<typeof SqsRecord>;

/** A batch from Lambda's event source mapping for SQS. */
export const SqsEvent = v.looseObject({ Records: v.array(SqsRecord) });
export type SqsEvent = v.InferOutput<typeof SqsEvent>;
