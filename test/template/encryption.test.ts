import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TemplateValue } from "../../src/platforms/local/template/load-template.ts";
import {
  application,
  asList,
  at,
  chosen,
  idsOfType,
  property,
  resolved,
  resource,
  template,
} from "./read-project-template.ts";

const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const withKey = { KmsKeyArn: keyArn };

/** What a resource has in place of AWS's keys, once a key is given. */
const encrypted: Readonly<Record<string, Readonly<Record<string, TemplateValue>>>> = {
  "AWS::DynamoDB::Table": { SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: keyArn } },
  "AWS::SQS::Queue": { KmsMasterKeyId: keyArn },
  "AWS::S3::Bucket": {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn }, BucketKeyEnabled: true },
      ],
    },
  },
  "AWS::Logs::LogGroup": { KmsKeyId: keyArn },
  "AWS::SecretsManager::Secret": { KmsKeyId: keyArn },
};

const storing = Object.keys(encrypted).flatMap((type) => idsOfType(type).map((id) => ({ id, type })));

/** The statements of a role that name a KMS action. */
function keyStatements(roleId: string, parameters: Readonly<Record<string, string>>): readonly TemplateValue[] {
  const policies = asList(resolved(chosen(property(roleId, "Policies"), parameters), parameters));
  return policies
    .flatMap((policy) => asList(at(policy, "PolicyDocument", "Statement")))
    .filter((statement) => JSON.stringify(at(statement, "Action")).includes("kms:"));
}

/** A statement that allows actions on the key through one service. */
function through(service: string, Sid: string, Action: TemplateValue): TemplateValue {
  const Condition = { StringEquals: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` } };
  return { Sid, Effect: "Allow", Action, Resource: keyArn, Condition };
}

const forTable = through("dynamodb", "UseKeyForTable", [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
]);
const forMessages = through("sqs", "UseKeyForMessages", ["kms:Decrypt", "kms:GenerateDataKey"]);
const forObjects = through("s3", "UseKeyForObjects", ["kms:Decrypt", "kms:GenerateDataKey"]);
const forResumeKey = through("secretsmanager", "UseKeyForResumeKey", "kms:Decrypt");

describe("a key of one's own", () => {
  test("is none by default", () => {
    expect(template.Parameters["KmsKeyArn"]?.Default).toBe("");
  });

  test.each(["alias/mine", "1234abcd", `${keyArn} `, "arn:aws:kms:eu-central-1:123456789012:alias/mine"])(
    "is named by its ARN alone, not by %j",
    (text) => {
      const pattern = new RegExp(String(template.Parameters["KmsKeyArn"]?.["AllowedPattern"]));
      expect(pattern.test(text)).toBe(false);
      expect(pattern.test(keyArn)).toBe(true);
      expect(pattern.test("")).toBe(true);
    },
  );

  test("encrypts all that stores anything: tables, queues, buckets, logs and secrets", () => {
    expect(storing).toHaveLength(10);
    for (const { id, type } of storing) {
      expect(resolved(chosen(resource(id).Properties, withKey), withKey), id).toMatchObject(encrypted[type] ?? {});
    }
  });

  test("leaves no queue two kinds of encryption, which SQS refuses", () => {
    for (const id of idsOfType("AWS::SQS::Queue")) {
      expect(chosen(property(id, "SqsManagedSseEnabled"), withKey)).toBeUndefined();
      expect(chosen(property(id, "KmsMasterKeyId"))).toBeUndefined();
    }
  });

  test("shows nowhere while there is none", () => {
    for (const { id } of storing) expect(JSON.stringify(chosen(resource(id).Properties)), id).not.toMatch(/Kms|KMS/);
    for (const id of idsOfType("AWS::IAM::Role")) expect(keyStatements(id, {}), id).toEqual([]);
  });

  test.each(["DispatcherRole", "ApiRole"])(
    "may be used by %s through the services that it calls, and only so",
    (id) => {
      expect(keyStatements(id, withKey)).toEqual([forTable, forMessages, forObjects, forResumeKey]);
    },
  );

  test("may be used by SweeperRole for the table and the queue, and only so", () => {
    expect(keyStatements("SweeperRole", withKey)).toEqual([forTable, forMessages]);
  });

  test("changes nothing on this machine", () => {
    // As text, since the patterns of rules are functions.
    expect(JSON.stringify(application(withKey))).toBe(JSON.stringify(application()));
  });
});

describe("the key policy in docs/deploy.md", () => {
  const guide = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  const [, json = "{}"] = /^## A key of your own$[\s\S]*?^```json\n([\s\S]*?)^```/m.exec(guide) ?? [];
  const policy: TemplateValue = JSON.parse(json);
  const statements = asList(at(policy, "Statement"));

  test("admits the services that use the key in their own name", () => {
    expect(statements.map((statement) => Object.values(Object(at(statement, "Principal")))[0])).toEqual([
      "arn:aws:iam::123456789012:root",
      "events.amazonaws.com",
      "logs.eu-central-1.amazonaws.com",
      "cloudwatch.amazonaws.com",
    ]);
    for (const statement of statements.slice(1)) expect(at(statement, "Condition")).toBeDefined();
  });

  test("covers the name of every log group", () => {
    const logs = asList(at(statements[2], "Condition", "ArnLike", "kms:EncryptionContext:aws:logs:arn"));
    const patterns = logs.map((arn) => String(arn).split(":log-group:")[1]?.replace("*", "") ?? "nothing");
    for (const id of idsOfType("AWS::Logs::LogGroup")) {
      const name = String(resolved(property(id, "LogGroupName")));
      expect(
        patterns.filter((pattern) => name.startsWith(pattern)),
        id,
      ).toHaveLength(1);
    }
  });
});
