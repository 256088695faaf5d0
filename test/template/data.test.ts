import { describe, expect, test } from "vitest";
import { parseWorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { lifetimesDays } from "../../src/dispatcher/value-store.ts";
import { checkIndexName } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { listIndexName } from "../../src/platforms/aws/list-keys.ts";
import { asList, at, chosen, idsOfType, property, resource, template } from "./read-project-template.ts";

describe("the table", () => {
  test("is keyed by workflow and version", () => {
    expect(property("WorkflowTable", "KeySchema")).toEqual([
      { AttributeName: "workflowId", KeyType: "HASH" },
      { AttributeName: "version", KeyType: "RANGE" },
    ]);
  });

  test("has a thin index of what is due, and one of keys alone that lists workflows", () => {
    expect(property("WorkflowTable", "GlobalSecondaryIndexes")).toEqual([
      {
        IndexName: checkIndexName,
        KeySchema: [
          { AttributeName: "checkShard", KeyType: "HASH" },
          { AttributeName: "checkAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["checkIntervalMs"] },
      },
      {
        IndexName: listIndexName,
        KeySchema: [
          { AttributeName: "listKey", KeyType: "HASH" },
          { AttributeName: "listedAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ]);
  });

  test("declares the types of its key attributes: ids are strings, versions and times are numbers", () => {
    expect(property("WorkflowTable", "AttributeDefinitions")).toEqual([
      { AttributeName: "workflowId", AttributeType: "S" },
      { AttributeName: "version", AttributeType: "N" },
      { AttributeName: "checkShard", AttributeType: "S" },
      { AttributeName: "checkAt", AttributeType: "N" },
      { AttributeName: "listKey", AttributeType: "S" },
      { AttributeName: "listedAt", AttributeType: "S" },
    ]);
  });

  test("is billed on demand", () => {
    expect(property("WorkflowTable", "BillingMode")).toBe("PAY_PER_REQUEST");
  });

  test("can be restored to any second of the last weeks", () => {
    expect(property("WorkflowTable", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")).toBe(true);
  });

  test("expires items by their ttl", () => {
    expect(property("WorkflowTable", "TimeToLiveSpecification")).toEqual({ AttributeName: "ttl", Enabled: true });
  });

  test("is encrypted with a key of the account", () => {
    expect(chosen(property("WorkflowTable", "SSESpecification"))).toEqual({ SSEEnabled: true });
  });
});

describe("the buckets", () => {
  test.each(["UploadBucket", "PayloadBucket"])("%s is encrypted and closed to the public", (id) => {
    expect(chosen(property(id, "BucketEncryption", "ServerSideEncryptionConfiguration"))).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
    ]);
    expect(property(id, "PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  test("keep old versions of uploads, which a workflow reads, and none of payloads, which are deleted on request", () => {
    expect(property("UploadBucket", "VersioningConfiguration", "Status")).toBe("Enabled");
    expect(property("PayloadBucket", "VersioningConfiguration")).toBeUndefined();
  });

  test("are these two alone, and only the upload bucket tells EventBridge of its objects", () => {
    expect(idsOfType("AWS::S3::Bucket").toSorted()).toEqual(["PayloadBucket", "UploadBucket"]);
    expect(property("UploadBucket", "NotificationConfiguration")).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(property("PayloadBucket", "NotificationConfiguration")).toBeUndefined();
  });
});

describe("what no longer counts in a bucket", () => {
  test.each([
    ["UploadBucket", { NoncurrentVersionExpiration: { NoncurrentDays: 400 } }],
    ["PayloadBucket", { NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
  ])("%s drops uploads that were never ended after 7 days, and old versions where there are any", (id, versions) => {
    expect(property(id, "LifecycleConfiguration", "Rules", 0)).toEqual({
      Id: "drop-leftovers",
      Status: "Enabled",
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      ...versions,
    });
  });

  test("are objects of the payload bucket's folders: what callers leave after 15 days, large values after their lifetime", () => {
    const expiring = asList(property("PayloadBucket", "LifecycleConfiguration", "Rules")).slice(1);
    const lifetimes = lifetimesDays.map((days) => ({ folder: `values/${days}d/`, days }));
    expect(expiring.map((rule) => ({ folder: at(rule, "Prefix"), days: at(rule, "ExpirationInDays") }))).toEqual([
      { folder: "incoming/", days: 15 },
      ...lifetimes,
    ]);
    for (const rule of expiring) expect(at(rule, "Status")).toBe("Enabled");
    expect(asList(property("UploadBucket", "LifecycleConfiguration", "Rules"))).toHaveLength(1);
  });

  test("is never a large value that its workflow still refers to", () => {
    const longestDays = 366 + Number(template.Parameters["RetentionDays"]?.["MaxValue"]);
    expect(Math.max(...lifetimesDays)).toBeGreaterThanOrEqual(longestDays);
  });

  test("is never what a workflow still reads: no definition may last as long as an old upload is kept", () => {
    const [rule] = asList(property("UploadBucket", "LifecycleConfiguration", "Rules"));
    const keptMs = Number(at(rule, "NoncurrentVersionExpiration", "NoncurrentDays")) * 86_400_000;
    const lasting = { id: "d", nodes: [{ id: "n", type: "t" }], edges: [], longestDurationMs: keptMs };
    expect(() => parseWorkflowDefinition(lasting)).toThrow("longestDurationMs: must be at most 366 days");
  });
});

describe("the data of a deleted stack", () => {
  const holdingData = [
    "WorkflowTable",
    "PayloadBucket",
    "UploadBucket",
    "StepQueue",
    "DeadLetterQueue",
    "ResumeKeySecret",
  ];

  test("is retained unless the parameter says otherwise", () => {
    expect(template.Parameters["DataDeletion"]).toMatchObject({
      Default: "Retain",
      AllowedValues: ["Retain", "Delete"],
    });
  });

  test.each(holdingData)("follows the parameter: %s", (id) => {
    expect(resource(id).DeletionPolicy).toEqual({ Ref: "DataDeletion" });
    expect(resource(id).UpdateReplacePolicy).toEqual({ Ref: "DataDeletion" });
  });

  test("is what every table, bucket, queue and secret of the template holds", () => {
    const types = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SecretsManager::Secret"];
    expect(types.flatMap(idsOfType).toSorted()).toEqual(holdingData.toSorted());
  });

  test("needs the language extensions, before the SAM transform", () => {
    expect(template["Transform"]).toEqual(["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]);
  });

  test("is protected in the table from any deletion while it is to be retained", () => {
    expect(property("WorkflowTable", "DeletionProtectionEnabled")).toEqual({ "Fn::If": ["RetainsData", true, false] });
    expect(template.Conditions["RetainsData"]).toEqual({ "Fn::Equals": [{ Ref: "DataDeletion" }, "Retain"] });
  });
});

describe("the resume key", () => {
  test("is generated in the form { current, [id]: secret }", () => {
    const generated = property("ResumeKeySecret", "GenerateSecretString");
    const secretTemplate: unknown = JSON.parse(String(at(generated, "SecretStringTemplate")));
    expect(secretTemplate).toEqual({ current: at(generated, "GenerateStringKey") });
    expect(at(generated, "PasswordLength")).toBeGreaterThanOrEqual(64);
    expect(at(generated, "ExcludePunctuation")).toBe(true);
  });
});
