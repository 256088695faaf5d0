import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../src/dispatcher/index.ts";
import { arnOf, asList, at, functionIds, idsOfType, property, resource, template } from "./read-project-template.ts";

describe("the functions", () => {
  test("are the dispatcher, the API and the sweeper", () => {
    expect(idsOfType("AWS::Serverless::Function").toSorted()).toEqual([...functionIds].toSorted());
  });

  test("run on nodejs24.x on arm64", () => {
    expect(at(template.Globals, "Function", "Runtime")).toBe("nodejs24.x");
    expect(at(template.Globals, "Function", "Architectures")).toEqual(["arm64"]);
    for (const id of functionIds) {
      expect(property(id, "Runtime")).toBeUndefined();
      expect(property(id, "Architectures")).toBeUndefined();
    }
  });

  test("are traced, each and every one", () => {
    expect(at(template.Globals, "Function", "Tracing")).toBe("Active");
    for (const id of functionIds) expect(property(id, "Tracing")).toBeUndefined();
  });

  test("leave a step that was claimed before the time that the dispatcher asks for it", () => {
    // Below it such a step would be put off for ever, and its message would be worn out.
    const timeoutMs = Number(property("DispatcherFunction", "Timeout")) * 1000;
    const { minimumReclaimedStepMs, commitReserveMs } = defaultSettings;
    expect(timeoutMs).toBeGreaterThan(minimumReclaimedStepMs + 2 * commitReserveMs);
  });

  test.each(functionIds)("%s is built by esbuild, minified, to one ES module with a source map", (id) => {
    const { Metadata } = resource(id);
    expect(Metadata["BuildMethod"]).toBe("esbuild");
    expect(Metadata["BuildProperties"]).toMatchObject({
      Format: "esm",
      OutExtension: [".js=.mjs"],
      Target: "es2024",
      Minify: true,
      Sourcemap: true,
    });
  });

  test("differ in their build by their entry point alone", () => {
    const builds = functionIds.map((id) => ({
      ...asObject(resource(id).Metadata["BuildProperties"]),
      EntryPoints: [],
    }));
    expect(new Set(builds.map((build) => JSON.stringify(build))).size).toBe(1);
  });

  test.each(functionIds)("%s names a handler that its entry point is bundled to", (id) => {
    const [entryPoint] = asList(at(resource(id).Metadata, "BuildProperties", "EntryPoints"));
    const fileName = String(entryPoint).split("/").at(-1)?.replace(/\.ts$/, "");
    expect(property(id, "Handler")).toBe(`${fileName}.handler`);
  });

  test.each(functionIds)("%s logs to a group of its own whose lines expire", (id) => {
    const group = at(property(id, "LoggingConfig"), "LogGroup", "Ref");
    expect(group).toBe(id.replace("Function", "LogGroup"));
    expect(property(String(group), "RetentionInDays")).toEqual({ Ref: "LogRetentionDays" });
  });
});

describe("the dispatcher", () => {
  test("may go on sending itself messages: its recursive loop is allowed", () => {
    expect(property("DispatcherFunction", "RecursiveLoop")).toBe("Allow");
  });

  test("takes steps from the step queue in batches, reports which items failed, and is bounded in concurrency", () => {
    const events = Object.values(asObject(property("DispatcherFunction", "Events")));
    expect(events).toEqual([
      {
        Type: "SQS",
        Properties: {
          Queue: arnOf("StepQueue"),
          BatchSize: 10,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ScalingConfig: { MaximumConcurrency: { Ref: "MaximumConcurrency" } },
        },
      },
    ]);
  });

  test("has a maximum concurrency that SQS accepts", () => {
    expect(template.Parameters["MaximumConcurrency"]).toMatchObject({ Default: 10, MinValue: 2, MaxValue: 1000 });
  });

  test("sends an asynchronous invocation that failed for good to the dead letter queue", () => {
    expect(property("DispatcherFunction", "EventInvokeConfig")).toEqual({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Type: "SQS", Destination: arnOf("DeadLetterQueue") } },
    });
  });
});

describe("the sweeper", () => {
  test("runs every minute, and only its own rule may invoke it", () => {
    expect(property("SweepRule", "ScheduleExpression")).toBe("rate(1 minute)");
    expect(property("SweepRule", "Targets", 0, "Arn")).toEqual(arnOf("SweeperFunction"));
    expect(resource("SweepPermission").Properties).toEqual({
      FunctionName: { Ref: "SweeperFunction" },
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
      SourceArn: arnOf("SweepRule"),
    });
  });

  test("ends before its next run begins", () => {
    expect(property("SweeperFunction", "Timeout")).toBeLessThan(60);
  });

  test("is not run again for a run that failed: the next minute's does its work", () => {
    expect(property("SweeperFunction", "EventInvokeConfig")).toEqual({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

describe("the HTTP API", () => {
  test("has the three routes of the minimal API, in payload format 2.0", () => {
    const routes = Object.values(asObject(property("ApiFunction", "Events"))).map((event) => {
      expect(event).toMatchObject({
        Type: "HttpApi",
        Properties: { ApiId: { Ref: "HttpApi" }, PayloadFormatVersion: "2.0" },
      });
      return `${at(event, "Properties", "Method")} ${at(event, "Properties", "Path")}`;
    });
    expect(routes).toEqual(["POST /workflows", "GET /workflows/{workflowId}", "POST /workflows/{workflowId}/resume"]);
  });

  test("authorises every route by IAM: it is the default, and no route of any function has an authoriser of its own", () => {
    expect(property("HttpApi", "Auth")).toEqual({ EnableIamAuthorizer: true, DefaultAuthorizer: "AWS_IAM" });
    for (const id of functionIds) {
      for (const event of Object.values(asObject(property(id, "Events")))) {
        if (at(event, "Type") === "HttpApi") expect(at(event, "Properties", "Auth")).toBeUndefined();
        else expect(at(event, "Type")).toBe("SQS");
      }
    }
  });

  test("logs who called which route, to a group that expires, and nothing that may hold a token (I16)", () => {
    expect(property("HttpApi", "AccessLogSettings", "DestinationArn")).toEqual(arnOf("ApiAccessLogGroup"));
    expect(property("ApiAccessLogGroup", "RetentionInDays")).toEqual({ Ref: "LogRetentionDays" });
    const format = String(property("HttpApi", "AccessLogSettings", "Format"));
    expect(format).not.toContain("\n");
    expect(JSON.parse(format)).toEqual({
      requestId: "$context.requestId",
      functionRequestId: "$context.integration.requestId",
      requestTime: "$context.requestTime",
      routeKey: "$context.routeKey",
      status: "$context.status",
      latencyMs: "$context.responseLatency",
      caller: "$context.identity.userArn",
      sourceIp: "$context.identity.sourceIp",
      integrationError: "$context.integrationErrorMessage",
    });
  });

  test("is throttled", () => {
    expect(property("HttpApi", "DefaultRouteSettings")).toEqual({
      ThrottlingRateLimit: { Ref: "ApiRateLimit" },
      ThrottlingBurstLimit: { Ref: "ApiBurstLimit" },
    });
  });
});

function asObject(value: ReturnType<typeof at>) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value));
}
