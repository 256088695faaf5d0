import type { APIGatewayProxyEventV2, EventBridgeEvent, S3Event, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import eventBridgeS3 from "../../events/eventbridge-s3.json" with { type: "json" };
import eventBridgeSchedule from "../../events/eventbridge-schedule.json" with { type: "json" };
import httpGet from "../../events/http-get.json" with { type: "json" };
import httpResume from "../../events/http-resume.json" with { type: "json" };
import httpStart from "../../events/http-start.json" with { type: "json" };
import s3 from "../../events/s3.json" with { type: "json" };
import sqs from "../../events/sqs.json" with { type: "json" };
import sqsS3 from "../../events/sqs-s3.json" with { type: "json" };
import { ObjectCreatedEvent, ScheduledEvent } from "../../src/contracts/eventbridge-event.ts";
import { HttpEvent } from "../../src/contracts/http-event.ts";
import { S3Notification, S3ObjectCreatedRecord } from "../../src/contracts/s3-notification.ts";
import { SqsEvent } from "../../src/contracts/sqs-event.ts";

// The compiler checks here that the samples have every field which AWS's own types require.
const sqsEvents: readonly SQSEvent[] = [sqs, sqsS3];
const s3Event: S3Event = s3;
const bridged: EventBridgeEvent<string, unknown> = eventBridgeS3;
const scheduled: EventBridgeEvent<string, unknown> = eventBridgeSchedule;
const httpEvents: readonly APIGatewayProxyEventV2[] = [httpStart, httpGet, httpResume];

describe("the schemas of AWS events", () => {
  test("accept what AWS sends, with all that we do not read", () => {
    for (const event of sqsEvents) expect(v.is(SqsEvent, event)).toBe(true);
    expect(v.is(S3Notification, s3Event)).toBe(true);
    for (const record of s3Event.Records) expect(v.is(S3ObjectCreatedRecord, record)).toBe(true);
    expect(v.is(ObjectCreatedEvent, bridged)).toBe(true);
    expect(v.is(ScheduledEvent, scheduled)).toBe(true);
    for (const event of httpEvents) expect(v.is(HttpEvent, event)).toBe(true);
  });

  test("tolerate fields that AWS adds later, at every level", () => {
    const later = { ...eventBridgeS3, new: 1, detail: { ...eventBridgeS3.detail, new: 2 } };
    expect(v.is(ObjectCreatedEvent, later)).toBe(true);
    const requestContext = { ...httpStart.requestContext, new: 1 };
    expect(v.is(HttpEvent, { ...httpStart, new: 1, requestContext })).toBe(true);
  });

  test("refuse what lacks a field that we read", () => {
    expect(v.is(HttpEvent, { ...httpStart, requestContext: {} })).toBe(false);
    expect(v.is(ScheduledEvent, { ...eventBridgeSchedule, time: undefined })).toBe(false);
    expect(v.is(ObjectCreatedEvent, { ...eventBridgeS3, detail: {} })).toBe(false);
  });
});

describe("the samples", () => {
  test("carry the account, region and names of the stack", () => {
    for (const { eventSourceARN } of sqsEvents.flatMap(({ Records }) => Records)) {
      expect(eventSourceARN).toMatch(/^arn:aws:sqs:eu-central-1:123456789012:refluxo-dispatcher-/);
    }
    expect(s3Event.Records[0]?.s3.bucket.name).toBe("refluxo-dispatcher-upload-bucket");
    expect([bridged.account, scheduled.account]).toEqual(["123456789012", "123456789012"]);
  });
});
