import { describe, expect, test } from "vitest";
import type { TemplateValue } from "../../src/platforms/local/template/load-template.ts";
import {
  arnOf,
  asList,
  at,
  chosen,
  functionIds,
  type GivenParameters,
  idsOfType,
  property,
  template,
} from "./read-project-template.ts";

/** Every object of a bucket, or of a folder in it. */
function objectsOf(bucketId: string, folder = ""): TemplateValue {
  return { "Fn::Sub": `\${${bucketId}.Arn}/${folder}*` };
}

const allows = (statement: TemplateValue) => at(statement, "Effect") === "Allow";

/** The statements of one role; which actions they allow is for least-privilege.test.ts. */
function statementsOf(roleId: string, parameters: GivenParameters = {}): readonly TemplateValue[] {
  const policies = asList(chosen(property(roleId, "Policies"), parameters));
  return policies.flatMap((policy) => asList(at(policy, "PolicyDocument", "Statement")));
}

function resourcePolicyStatements(): readonly TemplateValue[] {
  return [...idsOfType("AWS::SQS::QueuePolicy"), ...idsOfType("AWS::S3::BucketPolicy")].flatMap((id) =>
    asList(property(id, "PolicyDocument", "Statement")),
  );
}

/** Every statement that a role can have: parameters bring more. */
const allParameters = {
  KmsKeyArn: "arn:aws:kms:eu-central-1:000000000000:key/k",
  SecretParameterPath: "/refluxo/",
  SecretNamePrefix: "refluxo/",
  MessageQueueArns: "arn:aws:sqs:eu-central-1:000000000000:orders",
};
const roleIds = ["DispatcherRole", "ApiRole", "SweeperRole"];
const stepQueue = arnOf("StepQueue");
const uploads = objectsOf("UploadBucket");
const payloads = objectsOf("PayloadBucket");
const incoming = objectsOf("PayloadBucket", "incoming/");
const values = objectsOf("PayloadBucket", "values/");
const arnPrefix = (service: string) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}`;
const parameters = {
  "Fn::Sub": `${arnPrefix("ssm")}:parameter\${SecretParameterPath}*`,
};
const namedSecrets = {
  "Fn::Sub": `${arnPrefix("secretsmanager")}:secret:\${SecretNamePrefix}*`,
};

describe("the roles", () => {
  test.each(functionIds)("%s has a role of its own, so that SAM attaches no managed policy", (id) => {
    const roleId = id.replace("Function", "Role");
    expect(property(id, "Role")).toEqual(arnOf(roleId));
    expect(property(id, "Policies")).toBeUndefined();
    expect(property(roleId, "ManagedPolicyArns")).toBeUndefined();
  });

  test("are these three alone", () => {
    expect(idsOfType("AWS::IAM::Role").toSorted()).toEqual(roleIds.toSorted());
    expect(idsOfType("AWS::IAM::Policy")).toEqual([]);
  });

  test("allow no action with a wildcard", () => {
    const allowed = [...roleIds.flatMap((id) => statementsOf(id, allParameters)), ...resourcePolicyStatements()].filter(
      allows,
    );
    const actions = allowed.flatMap((statement) => asList(at(statement, "Action")));
    expect(actions.length).toBeGreaterThan(10);
    for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test("allow a resource with a wildcard only for the objects of one bucket, and for X-Ray's actions, which know none", () => {
    const isTraces = (statement: TemplateValue) => at(statement, "Sid") === "WriteTraces";
    const all = [...roleIds.flatMap((id) => statementsOf(id, allParameters)), ...resourcePolicyStatements()].filter(
      allows,
    );
    expect(all.filter(isTraces)).toHaveLength(3);
    const allowed = all.filter((statement) => !isTraces(statement));
    const wildcards = allowed
      .flatMap((statement) => asList(at(statement, "Resource")))
      .filter((resource) => JSON.stringify(resource).includes("*"));
    expect(wildcards).toEqual([uploads, payloads, parameters, namedSecrets, incoming, values, values]);
  });

  test.each(functionIds)("%s writes its own logs alone", (id) => {
    const statements = statementsOf(id.replace("Function", "Role"));
    const logs = statements.filter((statement) => JSON.stringify(at(statement, "Action")).includes("logs:"));
    expect(logs).toEqual([
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: arnOf(id.replace("Function", "LogGroup")),
      },
    ]);
  });

  test.each(functionIds)("%s writes traces, and does nothing else with X-Ray", (id) => {
    const statements = statementsOf(id.replace("Function", "Role"));
    const traces = statements.filter((statement) => JSON.stringify(at(statement, "Action")).includes("xray:"));
    expect(traces).toEqual([
      {
        Sid: "WriteTraces",
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: "*",
      },
    ]);
  });

  test("let the dispatcher read the secrets of nodes only where a parameter names a path or a prefix", () => {
    const conditional = roleIds.flatMap((roleId) =>
      asList(property(roleId, "Policies", 0, "PolicyDocument", "Statement")).filter((statement) =>
        String(at(statement, "Fn::If", 0)).startsWith("HasSecret"),
      ),
    );
    expect(conditional.map((statement) => [at(statement, "Fn::If", 0), at(statement, "Fn::If", 2)])).toEqual([
      ["HasSecretParameterPath", { Ref: "AWS::NoValue" }],
      ["HasSecretNamePrefix", { Ref: "AWS::NoValue" }],
    ]);
    expect(conditional.map((statement) => at(statement, "Fn::If", 1, "Resource"))).toEqual([parameters, namedSecrets]);
    for (const name of ["SecretParameterPath", "SecretNamePrefix"]) {
      expect(template.Parameters[name]?.Default).toBe("");
      expect(template.Conditions[`Has${name}`]).toEqual({ "Fn::Not": [{ "Fn::Equals": [{ Ref: name }, ""] }] });
    }
  });

  test.each([
    [
      "SecretParameterPath",
      ["", "/refluxo/", "/refluxo/orders-2/"],
      ["/", "refluxo/", "/refluxo", "/*/", "/a//", "/a b/"],
    ],
    ["SecretNamePrefix", ["", "orders/", "refluxo-orders_1"], ["*", "a*", "a?", "a b", "a:b", `a\${x}`]],
    [
      "EventBusName",
      ["default", "orders.events-2", "aws.partner/shop/1"],
      ["", "*", "a*", "a?", "a b", "a:b", `a\${x}`],
    ],
    [
      "MessageQueueArns",
      ["", "arn:aws:sqs:eu-central-1:000000000000:orders", "arn:aws-cn:sqs:cn-north-1:000000000000:orders.fifo"],
      [
        "*",
        "arn:aws:sqs:*:000000000000:orders",
        "arn:aws:sqs:eu-central-1:000000000000:*",
        "arn:aws:sns:eu-central-1:000000000000:a",
      ],
    ],
  ])("%s takes no text that would reach further than it says", (name, good, bad) => {
    const pattern = new RegExp(String(template.Parameters[name]?.["AllowedPattern"]));
    for (const text of good) expect(text).toMatch(pattern);
    for (const text of bad) expect(text).not.toMatch(pattern);
  });
});

describe("what nodes reach", () => {
  const statementNamed = (sid: string, given: GivenParameters = {}) =>
    statementsOf("DispatcherRole", given).find((statement) => at(statement, "Sid") === sid);

  test("is one event bus", () => {
    const bus = `${arnPrefix("events")}:event-bus/\${EventBusName}`;
    expect(statementNamed("PublishEventsOfNodes")).toEqual({
      Sid: "PublishEventsOfNodes",
      Effect: "Allow",
      Action: "events:PutEvents",
      Resource: { "Fn::Sub": bus },
    });
  });

  test("is no queue, unless a parameter names some: then these alone", () => {
    expect(statementNamed("SendMessagesOfNodes")).toBeUndefined();
    expect(statementNamed("SendMessagesOfNodes", allParameters)).toEqual({
      Sid: "SendMessagesOfNodes",
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: { Ref: "MessageQueueArns" },
    });
  });

  test("is no private network without a parameter", () => {
    expect(template.Parameters["HttpAllowedNetworks"]?.Default).toBe("");
  });
});

describe("the resource policies", () => {
  test.each(["UploadBucketPolicy", "PayloadBucketPolicy"])(
    "%s refuses plain HTTP for the bucket and its objects",
    (id) => {
      const bucketId = id.replace("Policy", "");
      expect(property(id, "Bucket")).toEqual({ Ref: bucketId });
      expect(asList(property(id, "PolicyDocument", "Statement"))).toEqual([
        {
          Sid: "DenyPlainHttp",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [arnOf(bucketId), objectsOf(bucketId)],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]);
    },
  );

  test("refuse plain HTTP to both queues, and admit the rules of this stack alone", () => {
    const queues = [stepQueue, arnOf("DeadLetterQueue")];
    expect(property("StepQueuePolicy", "Queues")).toEqual([{ Ref: "StepQueue" }, { Ref: "DeadLetterQueue" }]);
    expect(asList(property("StepQueuePolicy", "PolicyDocument", "Statement"))).toEqual([
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queues,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "AllowRulesOfThisStack",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queues,
        Condition: { ArnEquals: { "aws:SourceArn": [arnOf("UploadRule"), arnOf("NightlyReportRule")] } },
      },
    ]);
  });
});
