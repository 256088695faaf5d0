import fc from "fast-check";
import { writeHistoryCursor, writeListCursor } from "../../src/contracts/cursor.ts";
import { genuineTokens } from "./genuine-tokens.ts";
import { hostileText, hostileValue, mostly, recordOf } from "./hostile-values.ts";

const id = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("order-2003", "w", "a.b:c_d-e", "x".repeat(128)) },
  { weight: 1, arbitrary: hostileText },
);
const definitionId = fc.constantFrom("order-fulfilment", "approval", "csv-import", "nobody");
const version = fc.constantFrom(0, 1, 2, 7, Number.MAX_SAFE_INTEGER);
const token = fc.constantFrom(...genuineTokens, "1.k1.x", "k1.AAAA", "x".repeat(512), "x".repeat(513));
const one = fc.constant(1);
const literal = (text: string) => fc.constant(text);

/** What a caller left in place of a value: an order, no JSON, nothing, or something that is nobody's to name. */
const incoming = recordOf({
  key: fc.oneof(
    fc.constantFrom(
      "incoming/order.json",
      "incoming/hostile.json",
      "incoming/nothing",
      "incoming/../x",
      "values/4d/w/x",
    ),
    hostileText,
  ),
});

/** A message of ours, as the queue or a direct invocation carries it. */
export const message: fc.Arbitrary<unknown> = fc.oneof(
  recordOf({ type: literal("start"), schemaVersion: one, definitionId, workflowId: id, input: hostileValue }),
  recordOf({ type: fc.constantFrom("step", "timer"), schemaVersion: one, workflowId: id, version }),
  recordOf({ type: literal("child-ended"), schemaVersion: one, workflowId: id, version, index: version }),
  recordOf({
    type: literal("children"),
    schemaVersion: one,
    workflowId: id,
    version,
    first: version,
    count: version,
  }),
  recordOf({ type: literal("start"), definitionId, workflowId: id, inputObject: incoming }),
  recordOf({ type: literal("resume"), workflowId: id, version, token, payload: hostileValue }),
  recordOf({ type: literal("resume"), workflowId: id, version, payloadObject: incoming }),
  recordOf({ type: literal("cancel"), workflowId: id, reason: hostileText }),
  recordOf({ type: literal("get"), workflowId: id }),
);

const key = fc.oneof(fc.constantFrom("a.csv", "b%20c.csv", "d+e.csv", "%E4.csv", "x.txt"), hostileText);
const size = fc.constantFrom(0, 1, 6605);
const text = fc.oneof(fc.constantFrom("null", "3sL4kqtJlcpXroDTDmJ", "0066A3F1D90C22E5B4"), hostileText);

/** A classic S3 notification. */
export const s3Notification: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: recordOf({ Event: literal("s3:TestEvent"), Bucket: text }) },
  {
    weight: 9,
    arbitrary: recordOf({
      Records: fc.array(
        recordOf({
          eventSource: literal("aws:s3"),
          eventName: fc.constantFrom("ObjectCreated:Put", "s3:ObjectCreated:Copy", "ObjectRemoved:Delete"),
          awsRegion: text,
          s3: recordOf({
            bucket: recordOf({ name: text }),
            object: recordOf({ key, size, eTag: text, versionId: text, sequencer: text }),
          }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
);

/** An event of S3's that EventBridge delivers. */
export const eventBridgeS3: fc.Arbitrary<unknown> = recordOf({
  source: literal("aws.s3"),
  "detail-type": fc.constantFrom("Object Created", "Object Created", "Object Deleted"),
  region: text,
  detail: recordOf({
    bucket: recordOf({ name: text }),
    object: recordOf({ key, size, etag: text, "version-id": text, sequencer: text }),
  }),
});

/** A scheduled event. */
export const eventBridgeSchedule: fc.Arbitrary<unknown> = recordOf({
  source: literal("aws.events"),
  "detail-type": literal("Scheduled Event"),
  time: fc.constantFrom("2026-11-02T03:00:00Z", "2026-11-02T03:00:00.000Z", "2026-11-02", "0000-00-00T99:99:99Z"),
  resources: fc.array(
    fc.oneof(
      fc.constantFrom("arn:aws:events:eu-central-1:123456789012:rule/x-nightly-report", "arn:aws:events:::rule/b/n"),
      hostileText,
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

const queueBody = mostly(
  fc.oneof(message, s3Notification, eventBridgeS3, eventBridgeSchedule).map((value) => JSON.stringify(value)),
);

/** An SQS record, which may be anything at all. */
export const sqsRecord: fc.Arbitrary<unknown> = mostly(
  recordOf({
    messageId: fc.constantFrom("4d5a7d4b-2441-4f6e-abfc-3b29d7167580", "m", "x y", "x".repeat(200)),
    receiptHandle: text,
    body: queueBody,
    attributes: recordOf({ ApproximateReceiveCount: fc.constantFrom("1", "10", "-1", "x"), SentTimestamp: text }),
    eventSource: literal("aws:sqs"),
  }),
);

/** An SQS batch. */
export const sqsBatch: fc.Arbitrary<unknown> = recordOf({ Records: fc.array(sqsRecord, { maxLength: 4 }) });

const json = (value: fc.Arbitrary<unknown>) => value.map((body) => JSON.stringify(body));
const httpBody = fc.oneof(
  json(recordOf({ definitionId, workflowId: id, input: hostileValue })),
  json(recordOf({ definitionId, workflowId: id, inputObject: incoming })),
  json(recordOf({ token, payload: hostileValue, version })),
  json(recordOf({ version, payloadObject: incoming })),
  fc.oneof(
    literal('payload={"answer":1}'),
    hostileText.map((given) => `payload=${encodeIfPossible(given)}`),
  ),
  json(recordOf({ reason: fc.constantFrom("Ordered twice", "x".repeat(501)) })),
  json(recordOf({ version })),
  hostileText,
);

const cursor = fc.oneof(
  fc.constantFrom(writeListCursor({ startedAt: 1, workflowId: "w" }), writeHistoryCursor(1), "WzFd"),
  hostileText,
);
const instant = fc.oneof(
  fc.constantFrom("2026-11-24T18:00:00Z", "2100-01-01T00:00:00.001Z", "2026-02-30"),
  hostileText,
);

/** A query has a few of these at most: with all of them hardly one would be valid. */
const query = fc.oneof(
  fc.constant({}),
  recordOf({ limit: fc.constantFrom("1", "100", "0", "1e1") }),
  recordOf({ cursor }),
  recordOf({ status: fc.constantFrom("paused", "failed", "running"), definitionId }),
  recordOf({ tag: fc.oneof(fc.constantFrom("customer:ada", "a:b:c", "a"), hostileText) }),
  recordOf({ startedFrom: instant, startedBefore: instant }),
);

/** An HTTP API request for one route, or for any. */
export function httpRequest(routeKey: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const coded = fc.tuple(httpBody, fc.boolean()).map(([body, isBase64Encoded]) => ({
    body: isBase64Encoded ? Buffer.from(body).toString("base64") : body,
    isBase64Encoded,
  }));
  const request = recordOf({
    version: literal("2.0"),
    routeKey,
    pathParameters: recordOf({ workflowId: fc.oneof(id, id.map(encodeIfPossible)), definitionId: id, token }),
    queryStringParameters: query,
    headers: recordOf({
      "content-type": fc.constantFrom(
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/a+json",
        "application/x-www-form-urlencoded",
        "text/plain",
      ),
      accept: fc.constantFrom("text/html", "application/json", "*/*", ","),
      "x-resume-token": token,
    }),
    requestContext: recordOf({
      requestId: fc.constantFrom("JKJaXmPLvHcESHA=", "x".repeat(200), "ü"),
      authorizer: fc.constantFrom({ iam: {} }, { jwt: {} }, { lambda: {} }, null),
    }),
  });
  return fc.tuple(request, mostly(coded)).map(([event, body]) => {
    return isRecord(event) && isRecord(body) ? { ...event, ...body } : event;
  });
}

const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null;

function encodeIfPossible(given: string): string {
  return given.isWellFormed() ? encodeURIComponent(given) : given;
}
