import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { parseBody } from "./batch.ts";
import { errorOf } from "./error-of.ts";
import { bindings, readSample } from "./sample.ts";

const arn = (rule: string) => `arn:aws:events:eu-central-1:123456789012:rule/${rule}`;

function scheduled(resource: string, time = "2026-11-02T03:00:00Z") {
  return { source: "aws.events", "detail-type": "Scheduled Event", time, resources: [resource], detail: {} };
}

describe("a schedule", () => {
  test("starts the bound definition, with an id of the definition and the time", () => {
    expect(parseEvent(readSample("eventbridge-schedule.json"), bindings)).toEqual({
      type: "commands",
      source: "eventbridge-schedule",
      commands: [
        {
          type: "start",
          schemaVersion: 1,
          definitionId: "nightly-report",
          workflowId: "schedule-nightly-report-20261102T030000Z",
          input: { scheduledAt: "2026-11-02T03:00:00Z", rule: "refluxo-dispatcher-nightly-report" },
        },
      ],
    });
  });

  test("an event that is delivered twice, or through the queue, makes the same workflow", () => {
    const event = readSample("eventbridge-schedule.json");
    const once = parseEvent(event, bindings);
    expect(parseEvent(readSample("eventbridge-schedule.json"), bindings)).toEqual(once);
    expect(parseBody(event)).toEqual({ isValid: true, commands: once.type === "commands" ? once.commands : [] });
  });

  test.each([
    arn("nightly-report"),
    arn("stack-nightly-report"),
    arn("my-bus/stack-nightly-report"),
    "arn:aws-cn:events:cn-north-1:123456789012:rule/x-nightly-report",
  ])("%s is bound", (resource) => {
    expect(parseEvent(scheduled(resource), bindings)).toMatchObject({ commands: [{ definitionId: "nightly-report" }] });
  });

  test.each([arn("other"), arn("stacknightly-report"), arn("nightly-report-2")])(
    "%s without a binding is an error",
    (resource) => {
      expect(errorOf(scheduled(resource))).toMatchObject({ code: "schedule.not-bound", path: "$.resources.0" });
    },
  );

  test("the longest rule that fits wins", () => {
    const schedules = [
      { rule: "report", definitionId: "short" },
      { rule: "nightly-report", definitionId: "long" },
    ];
    const parsed = parseEvent(scheduled(arn("stack-nightly-report")), { objectCreated: [], schedules });
    expect(parsed).toMatchObject({ commands: [{ definitionId: "long" }] });
  });

  test.each(["", "nightly-report", "arn:aws:s3:::bucket", arn("a/b/c")])("the resource %j is no rule", (resource) => {
    expect(errorOf(scheduled(resource))).toMatchObject({ code: "input.invalid", path: "$.resources.0" });
  });

  test.each(["tomorrow", "2026-11-02", "2026-11-02T03:00:00+01:00", 5])("the time %j is refused", (time) => {
    expect(errorOf({ ...scheduled(arn("nightly-report")), time })).toMatchObject({ path: "$.time" });
  });

  test("no resource at all is refused", () => {
    expect(errorOf({ ...scheduled(""), resources: [] })).toMatchObject({ path: "$.resources.0" });
  });
});
