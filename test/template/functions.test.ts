import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../src/dispatcher/index.ts";
import { triggers } from "../../src/triggers/registry.ts";
import { readSample } from "../triggers/sample.ts";
import {
  arnOf,
  asList,
  at,
  chosen,
  functionIds,
  idsOfType,
  property,
  resource,
  template,
} from "./read-project-template.ts";

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
  const routes = idsOfType("AWS::ApiGatewayV2::Route").map((id) => ({ id, properties: resource(id).Properties ?? {} }));
  const tokenRoutes = ["GET /resume/{workflowId}/{token}", "POST /resume/{workflowId}/{token}"];
  const keyOf = (properties: (typeof routes)[number]["properties"]) => String(properties["RouteKey"]);

  test("leads every route to the API's function, in payload format 2.0", () => {
    for (const { properties } of routes) {
      expect(properties["ApiId"]).toEqual({ Ref: "HttpApi" });
      expect(properties["Target"]).toEqual({ "Fn::Sub": `integrations/\${ApiIntegration}` });
    }
    expect(resource("ApiIntegration").Properties).toEqual({
      ApiId: { Ref: "HttpApi" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: arnOf("ApiFunction"),
      PayloadFormatVersion: "2.0",
    });
    expect(resource("ApiPermission").Properties).toMatchObject({
      FunctionName: { Ref: "ApiFunction" },
      Principal: "apigateway.amazonaws.com",
    });
  });

  test("has a route for every HTTP trigger", () => {
    const triggerKeys = triggers.flatMap(({ name }) => (name.startsWith("http-") ? [routeKeyOf(name)] : []));
    expect(routes.map(({ properties }) => keyOf(properties))).toEqual(expect.arrayContaining(triggerKeys));
  });

  test.each([
    ["", "AWS_IAM", undefined],
    ["https://issuer.example.com", "JWT", { Ref: "JwtAuthorizer" }],
  ])("with the issuer %j authorises every route but those of a token by %s", (JwtIssuer, type, authorizer) => {
    for (const { id, properties } of routes) {
      const given = chosen(properties, { JwtIssuer });
      if (tokenRoutes.includes(keyOf(properties))) {
        expect(at(given, "AuthorizationType"), id).toBe("NONE");
        continue;
      }
      expect(at(given, "AuthorizationType"), id).toBe(type);
      expect(at(given, "AuthorizerId"), id).toEqual(authorizer);
      const [scope] = asList(at(given, "AuthorizationScopes"));
      if (type === "JWT") expect(scope, id).toMatch(/^refluxo\/(read|start|resume|operate)$/);
      else expect(scope, id).toBeUndefined();
    }
    expect(routes.filter(({ properties }) => tokenRoutes.includes(keyOf(properties)))).toHaveLength(2);
  });

  test.each([
    [
      "read",
      [
        "GET /workflows",
        "GET /workflows/{workflowId}",
        "GET /workflows/{workflowId}/history",
        "GET /definitions",
        "GET /definitions/{definitionId}",
        "GET /openapi.json",
      ],
    ],
    ["start", ["POST /workflows"]],
    ["resume", ["POST /workflows/{workflowId}/resume"]],
    [
      "operate",
      ["POST /workflows/{workflowId}/cancel", "POST /workflows/{workflowId}/retry", "DELETE /workflows/{workflowId}"],
    ],
  ])("asks for the scope refluxo/%s where it fits", (scope, keys) => {
    const found = routes.filter(({ properties }) => {
      return asList(at(chosen(properties, { JwtIssuer: "https://i" }), "AuthorizationScopes")).includes(
        `refluxo/${scope}`,
      );
    });
    expect(found.map(({ properties }) => keyOf(properties))).toEqual(keys);
  });

  test("takes JWTs of the issuer and audience that the parameters name", () => {
    expect(resource("JwtAuthorizer")).toMatchObject({ Condition: "UsesJwt" });
    expect(property("JwtAuthorizer", "JwtConfiguration")).toEqual({
      Issuer: { Ref: "JwtIssuer" },
      Audience: { Ref: "JwtAudience" },
    });
  });

  test("logs who called which route, to a group that expires, and nothing that may hold a token (I16)", () => {
    expect(property("HttpStage", "AccessLogSettings", "DestinationArn")).toEqual(arnOf("ApiAccessLogGroup"));
    expect(property("ApiAccessLogGroup", "RetentionInDays")).toEqual({ Ref: "LogRetentionDays" });
    const format = String(property("HttpStage", "AccessLogSettings", "Format"));
    expect(format).not.toContain("\n");
    expect(JSON.parse(format)).toEqual({
      requestId: "$context.requestId",
      functionRequestId: "$context.integration.requestId",
      requestTime: "$context.requestTime",
      routeKey: "$context.routeKey",
      status: "$context.status",
      latencyMs: "$context.responseLatency",
      caller: "$context.identity.userArn",
      subject: "$context.authorizer.claims.sub",
      sourceIp: "$context.identity.sourceIp",
      integrationError: "$context.integrationErrorMessage",
    });
  });

  test("is throttled", () => {
    expect(property("HttpStage", "DefaultRouteSettings")).toEqual({
      ThrottlingRateLimit: { Ref: "ApiRateLimit" },
      ThrottlingBurstLimit: { Ref: "ApiBurstLimit" },
    });
    const open = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
    expect(property("HttpStage", "RouteSettings")).toEqual(Object.fromEntries(tokenRoutes.map((key) => [key, open])));
  });
});

function asObject(value: ReturnType<typeof at>) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value));
}

/** The route of an HTTP trigger, as its sample has it. */
function routeKeyOf(name: string): string {
  const sample: unknown = readSample(`${name}.json`);
  return typeof sample === "object" && sample !== null && "routeKey" in sample ? String(sample.routeKey) : name;
}
