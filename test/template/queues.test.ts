import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../src/dispatcher/index.ts";
import { arnOf, asList, at, chosen, idsOfType, property, template } from "./read-project-template.ts";

describe("the queues", () => {
  test("keep a message invisible for at least six times the dispatcher's timeout", () => {
    const timeout = Number(property("DispatcherFunction", "Timeout"));
    expect(timeout).toBeGreaterThan(0);
    expect(property("StepQueue", "VisibilityTimeout")).toBeGreaterThanOrEqual(6 * timeout);
  });

  test("move a message to the dead letter queue after at least five receives, and more than one step's claims", () => {
    expect(property("StepQueue", "RedrivePolicy")).toEqual({
      deadLetterTargetArn: arnOf("DeadLetterQueue"),
      maxReceiveCount: { Ref: "MaxReceiveCount" },
    });
    const minimum = template.Parameters["MaxReceiveCount"]?.MinValue;
    expect(minimum).toBeGreaterThanOrEqual(5);
    expect(minimum).toBeGreaterThan(defaultSettings.maxClaims);
    expect(template.Parameters["MaxReceiveCount"]?.Default).toBeGreaterThanOrEqual(Number(minimum));
  });

  test("keep messages for 14 days, encrypted", () => {
    expect(idsOfType("AWS::SQS::Queue").toSorted()).toEqual(["DeadLetterQueue", "StepQueue"]);
    for (const id of idsOfType("AWS::SQS::Queue")) {
      expect(property(id, "MessageRetentionPeriod")).toBe(14 * 24 * 3600);
      expect(chosen(property(id, "SqsManagedSseEnabled"))).toBe(true);
    }
  });

  test("let the step queue alone fill the dead letter queue: the admitted ARN ends in the step queue's name", () => {
    expect(property("DeadLetterQueue", "RedriveAllowPolicy", "redrivePermission")).toBe("byQueue");
    const admitted = asList(property("DeadLetterQueue", "RedriveAllowPolicy", "sourceQueueArns"));
    expect(admitted).toHaveLength(1);
    const [nameText, nameValues] = asList(at(property("StepQueue", "QueueName"), "Fn::Sub"));
    const [arnText, arnValues] = asList(at(admitted[0], "Fn::Sub"));
    expect(nameText).toMatch(/\S/);
    expect(arnText).toBe(`arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${nameText}`);
    expect(arnValues).toEqual(nameValues);
  });
});

describe("the rules", () => {
  test("bring each object of the upload bucket to the step queue", () => {
    expect(property("UploadRule", "EventPattern")).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [{ Ref: "UploadBucket" }] } },
    });
  });

  test("start the nightly report at a time that is a parameter, under the name that the dispatcher knows it by", () => {
    expect(property("NightlyReportRule", "Name")).toEqual({ "Fn::Sub": `\${AWS::StackName}-nightly-report` });
    expect(property("NightlyReportRule", "ScheduleExpression")).toEqual({ Ref: "NightlyReportSchedule" });
    expect(property("NightlyReportRule", "State")).toEqual({ Ref: "NightlyReportState" });
    expect(template.Parameters["NightlyReportSchedule"]?.Default).toBe("cron(0 2 * * ? *)");
  });

  test.each(["UploadRule", "NightlyReportRule"])(
    "%s feeds the step queue, and the dead letter queue when it cannot",
    (id) => {
      expect(asList(property(id, "Targets"))).toEqual([
        { Id: "step-queue", Arn: arnOf("StepQueue"), DeadLetterConfig: { Arn: arnOf("DeadLetterQueue") } },
      ]);
    },
  );
});
