import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Template, TemplateResource } from "../../../../src/platforms/local/template/load-template.ts";
import { loadTemplate } from "../../../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../../../src/platforms/local/template/read-application.ts";

const naming = { sqsEndpoint: "http://127.0.0.1:4566", httpEndpoint: "http://127.0.0.1:3000" };
const fixture = loadTemplate(join(import.meta.dirname, "fixture.yaml"));
const read = (parameters = {}) => readApplication(fixture, naming, parameters);

/** The fixture with one more resource. */
function withResource(Type: string, Properties: TemplateResource["Properties"], id = "Extra"): Template {
  return { ...fixture, Resources: { ...fixture.Resources, [id]: { Type, Properties, Metadata: {} } } };
}

describe("names", () => {
  it("are the stack and the logical id in kebab case, whatever a queue calls itself", () => {
    expect(read().names).toMatchObject({
      StepQueue: "refluxo-dispatcher-step-queue",
      StepDLQ: "refluxo-dispatcher-step-dlq",
      WorkflowTable: "refluxo-dispatcher-workflow-table",
      UploadBucket: "refluxo-dispatcher-upload-bucket",
    });
  });

  it("of rules are the template's own, since triggers read them", () => {
    expect(read().names["ReportRule"]).toBe("refluxo-dispatcher-report");
  });
});

describe("functions", () => {
  it("have their environment resolved, the globals' included", () => {
    expect(read().functions[0]).toMatchObject({
      logicalId: "WorkerFunction",
      name: "refluxo-dispatcher-worker-function",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:refluxo-dispatcher-worker-function",
      timeoutSeconds: 7,
      memoryMegabytes: 128,
    });
    expect(read().functions[0]?.environment).toEqual({
      SHARED: "us-east-1",
      QUEUE_URL: "http://127.0.0.1:4566/000000000000/refluxo-dispatcher-step-queue",
      TABLE_NAME: "refluxo-dispatcher-workflow-table",
      TABLE_ARN: "arn:aws:dynamodb:us-east-1:000000000000:table/refluxo-dispatcher-workflow-table",
      BUCKET_OBJECTS: "arn:aws:s3:::refluxo-dispatcher-upload-bucket/*",
      STAGE_NAME: "dev-x",
      LITERAL: `\${Kept} refluxo-dispatcher`,
      COUNT: "3",
    });
  });

  it("have their event source mappings", () => {
    expect(read({ Concurrency: "8" }).functions[0]?.queueSources).toEqual([
      {
        queueArn: "arn:aws:sqs:us-east-1:000000000000:refluxo-dispatcher-step-queue",
        batchSize: 4,
        batchingWindowSeconds: 0,
        maximumConcurrency: 8,
        reportsBatchItemFailures: true,
      },
    ]);
  });

  it("have their routes, authorised by IAM or a JWT unless a route says nothing of it", () => {
    const routes = [
      { functionId: "ApiFunction", method: "GET", path: "/workflows/{workflowId}", hasAuthorizer: true },
      { functionId: "ApiFunction", method: "GET", path: "/open", hasAuthorizer: false },
    ];
    expect(read().routes).toEqual(routes);
    const live = { ...fixture, Mappings: { Sizes: { live: { BatchSize: 1 } } } };
    expect(readApplication(live, naming, { Stage: "live" }).routes).toEqual(routes);
  });
});

describe("stores", () => {
  it("queues have the template's attributes, and AWS's defaults where it gives none", () => {
    const [queue, dlq] = read().queues;
    expect(queue?.attributes).toMatchObject({ VisibilityTimeout: "42", DelaySeconds: "0" });
    expect(JSON.parse(queue?.attributes["RedrivePolicy"] ?? "")).toEqual({
      deadLetterTargetArn: dlq?.arn,
      maxReceiveCount: 5,
    });
    expect(dlq?.attributes).toMatchObject({ VisibilityTimeout: "30", RedrivePolicy: "" });
  });

  it("exist only where their condition holds", () => {
    const idsOf = (parameters: Record<string, string>) => read(parameters).queues.map((queue) => queue.logicalId);
    expect(idsOf({})).toEqual(["StepQueue", "StepDLQ"]);
    const live = { ...fixture, Mappings: { Sizes: { live: { BatchSize: 1 } } } };
    expect(readApplication(live, naming, { Stage: "live" }).queues.map((queue) => queue.logicalId)).toEqual([
      "StepQueue",
      "StepDLQ",
      "ProductionQueue",
    ]);
  });

  it("buckets say whether they notify EventBridge", () => {
    expect(read().buckets.map((bucket) => bucket.notifiesEventBridge)).toEqual([true, false]);
  });
});

describe("rules", () => {
  it("carry their target and input", () => {
    expect(read().rules.map(({ name, targets }) => ({ name, targets }))).toEqual([
      {
        name: "refluxo-dispatcher-upload-rule",
        targets: [{ type: "queue", queueName: "refluxo-dispatcher-step-queue" }],
      },
      {
        name: "refluxo-dispatcher-report",
        targets: [{ type: "function", functionId: "WorkerFunction", input: '{"report":true}' }],
      },
    ]);
  });

  it("that are disabled are left out", () => {
    expect(read({ ReportState: "DISABLED" }).rules.map((rule) => rule.name)).toEqual([
      "refluxo-dispatcher-upload-rule",
    ]);
  });
});

describe("what the local runtime does not play is an error that names it", () => {
  const arn = { "Fn::GetAtt": ["StepQueue", "Arn"] };
  it.each([
    [
      "a type",
      withResource("AWS::Scheduler::Schedule", {}),
      "Extra: the local runtime does not play AWS::Scheduler::Schedule",
    ],
    [
      "an event",
      withResource("AWS::Serverless::Function", { Events: { E: { Type: "Kinesis" } } }),
      "Extra.E: .* not Kinesis",
    ],
    ["a schedule", withResource("AWS::Events::Rule", { ScheduleExpression: "cron(0 2 L * ? *)" }), "cron L"],
    [
      "a pattern",
      withResource("AWS::Events::Rule", { EventPattern: { a: [{ "anything-but": "x" }] } }),
      "Extra.EventPattern.a",
    ],
    [
      "a target",
      withResource("AWS::Events::Rule", { Targets: [{ Id: "t", Arn: "arn:aws:sns:x" }] }),
      "Extra: the target t",
    ],
    [
      "a transformed input",
      withResource("AWS::Events::Rule", { Targets: [{ Id: "t", Arn: arn, InputPath: "$.a" }] }),
      "Extra.Targets.0.InputPath: .*Input only",
    ],
    [
      "a function of templates",
      withResource("AWS::SQS::Queue", { DelaySeconds: { "Fn::ImportValue": "x" } }),
      "Fn::ImportValue",
    ],
    [
      "an unknown name",
      withResource("AWS::SQS::Queue", { DelaySeconds: { Ref: "Nobody" } }),
      "no resource or parameter Nobody",
    ],
    [
      "an attribute",
      withResource("AWS::Events::Rule", {
        Targets: [{ Id: "t", Arn: { "Fn::GetAtt": ["WorkflowTable", "StreamArn"] } }],
      }),
      "WorkflowTable.StreamArn",
    ],
    [
      "a route to nothing",
      withResource("AWS::ApiGatewayV2::Route", { RouteKey: "GET /a", Target: "integrations/x" }),
      "Extra: there is no integration",
    ],
    [
      "an integration of nothing",
      {
        ...fixture,
        Resources: {
          ...fixture.Resources,
          ApiIntegration: {
            Type: "AWS::ApiGatewayV2::Integration",
            Properties: { IntegrationType: "AWS_PROXY", IntegrationUri: "arn:nothing", PayloadFormatVersion: "2.0" },
            Metadata: {},
          },
        },
      },
      "ApiIntegration: there is no function arn:nothing",
    ],
    [
      "a Lambda authoriser",
      withResource("AWS::ApiGatewayV2::Route", {
        RouteKey: "GET /a",
        Target: "integrations/x",
        AuthorizationType: "CUSTOM",
      }),
      "Extra.AuthorizationType",
    ],
    ["SAM's own API", withResource("AWS::Serverless::HttpApi", {}), "does not play AWS::Serverless::HttpApi"],
    ["a wrong value", withResource("AWS::SQS::Queue", { VisibilityTimeout: "soon" }), "Extra.VisibilityTimeout"],
  ])("%s", (_what, template, message) => {
    expect(() => readApplication(template, naming)).toThrow(new RegExp(message));
  });

  it("a parameter without a default", () => {
    const Parameters = { ...fixture.Parameters, Concurrency: { Type: "Number" } };
    expect(() => readApplication({ ...fixture, Parameters }, naming)).toThrow(
      "The parameter Concurrency has no default",
    );
  });
});

describe("the project's own template", () => {
  const path = join(import.meta.dirname, "../../../../template.yaml");

  it.skipIf(!existsSync(path))("is one that the local runtime plays", () => {
    const application = readApplication(loadTemplate(path), naming);
    expect(application.queues.map((queue) => queue.name)).toContain("refluxo-dispatcher-step-queue");
    expect(application.tables.map((table) => table.name)).toEqual(["refluxo-dispatcher-workflow-table"]);
    const open = application.routes.filter((route) => !route.hasAuthorizer).map((route) => route.path);
    expect(open).toEqual(["/resume/{workflowId}/{token}", "/resume/{workflowId}/{token}"]);
    expect(application.routes).toHaveLength(13);
    expect(application.functions.flatMap(({ queueSources }) => queueSources)).toMatchObject([
      { reportsBatchItemFailures: true },
    ]);
    expect(application.rules.map((rule) => rule.trigger.type).sort()).toEqual(["pattern", "schedule", "schedule"]);
  });
});
