import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkIndexName } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { listIndexName } from "../../src/platforms/aws/list-keys.ts";
import type { TemplateValue } from "../../src/platforms/local/template/load-template.ts";
import { emittedMetrics, type NamedMetric } from "./emitted-metrics.ts";
import { arnOf, asList, at, chosen, idsOfType, property, resolved, template } from "./read-project-template.ts";

const topic = "arn:aws:sns:eu-central-1:123456789012:alarms";
const alarmIds = idsOfType("AWS::CloudWatch::Alarm");
const runbook = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");

/** The metrics that an alarm watches, with the values of their dimensions as written. */
function metricsOf(alarmId: string): readonly (NamedMetric & { readonly values: TemplateValue })[] {
  const queries = asList(property(alarmId, "Metrics")).flatMap((query) => asList(at(query, "MetricStat", "Metric")));
  const watched = queries.length > 0 ? queries : [property(alarmId) ?? null];
  return watched.map((metric) => {
    const pairs = asList(at(metric, "Dimensions")).map(
      (each) => [String(at(each, "Name")), at(each, "Value")] as const,
    );
    return {
      namespace: String(at(metric, "Namespace")),
      name: String(at(metric, "MetricName")),
      dimensions: pairs.map(([name]) => name),
      values: Object.fromEntries(pairs.map(([name, value]) => [name, value ?? null])),
    };
  });
}

/** What each alarm rings on: `metrics`, how long, the threshold, and what no data means. */
const expected = {
  DeadLettersAlarm: {
    metrics: [
      ["ApproximateNumberOfMessagesVisible", { QueueName: { "Fn::GetAtt": ["DeadLetterQueue", "QueueName"] } }],
    ],
    rings: ["Maximum", 60, 1, "GreaterThanThreshold", 0, "ignore"],
  },
  StepQueueAgeAlarm: {
    metrics: [["ApproximateAgeOfOldestMessage", { QueueName: { "Fn::GetAtt": ["StepQueue", "QueueName"] } }]],
    rings: ["Maximum", 60, 3, "GreaterThanOrEqualToThreshold", { Ref: "StepAgeThresholdSeconds" }, "notBreaching"],
  },
  FailedWorkflowsAlarm: {
    metrics: [["WorkflowsFailed", { service: { Ref: "AWS::StackName" } }]],
    rings: ["Sum", 300, 1, "GreaterThanOrEqualToThreshold", { Ref: "FailedWorkflowsThreshold" }, "notBreaching"],
  },
  DispatcherErrorsAlarm: {
    metrics: [["Errors", { FunctionName: { Ref: "DispatcherFunction" } }]],
    rings: ["Sum", 60, 5, "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
  },
  DispatcherThrottlesAlarm: {
    metrics: [["Throttles", { FunctionName: { Ref: "DispatcherFunction" } }]],
    rings: ["Sum", 300, 3, "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
  },
  ApiThrottlesAlarm: {
    metrics: [["Throttles", { FunctionName: { Ref: "ApiFunction" } }]],
    rings: ["Sum", 300, 1, "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
  },
  ApiErrorsAlarm: {
    metrics: [["5xx", { ApiId: { Ref: "HttpApi" } }]],
    rings: ["Sum", 300, 1, "GreaterThanOrEqualToThreshold", 5, "notBreaching"],
  },
  TableThrottlesAlarm: {
    metrics: [
      ["ReadThrottleEvents", { TableName: { Ref: "WorkflowTable" } }],
      ["WriteThrottleEvents", { TableName: { Ref: "WorkflowTable" } }],
      ["WriteThrottleEvents", { TableName: { Ref: "WorkflowTable" }, GlobalSecondaryIndexName: checkIndexName }],
      ["WriteThrottleEvents", { TableName: { Ref: "WorkflowTable" }, GlobalSecondaryIndexName: listIndexName }],
      ["ReadThrottleEvents", { TableName: { Ref: "WorkflowTable" }, GlobalSecondaryIndexName: listIndexName }],
    ],
    rings: [undefined, undefined, 2, "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
  },
  SweeperErrorsAlarm: {
    metrics: [["Errors", { FunctionName: { Ref: "SweeperFunction" } }]],
    rings: ["Sum", 60, 5, "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
  },
  SweeperStoppedAlarm: {
    metrics: [["Invocations", { FunctionName: { Ref: "SweeperFunction" } }]],
    rings: ["Sum", 300, 1, "LessThanThreshold", 1, "breaching"],
  },
} as const;

describe("the alarms", () => {
  const isEmitted = emittedMetrics();

  test("are these", () => {
    expect(alarmIds.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(alarmIds)("%s watches metrics that somebody reports", (id) => {
    const metrics = metricsOf(id);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) expect(isEmitted(metric), JSON.stringify(metric)).toBe(true);
  });

  test.each(Object.entries(expected))("%s rings when it should", (id, { metrics, rings }) => {
    expect(metricsOf(id).map(({ name, values }) => [name, values])).toEqual(metrics);
    const properties = [
      ...["Statistic", "Period", "EvaluationPeriods", "ComparisonOperator", "Threshold", "TreatMissingData"],
    ].map((name) => property(id, name));
    expect(properties).toEqual(rings);
  });

  test("count the throttles of the table and its indexes together", () => {
    const queries = asList(property("TableThrottlesAlarm", "Metrics"));
    expect(queries.filter((query) => at(query, "ReturnData") !== false)).toEqual([
      { Id: "throttles", Expression: "SUM(METRICS())", Label: "Throttled requests" },
    ]);
    for (const query of queries.slice(1)) expect(at(query, "MetricStat", "Stat")).toBe("Sum");
  });

  test("let a sweep fail now and then: three of five minutes ring", () => {
    expect(property("SweeperErrorsAlarm", "DatapointsToAlarm")).toBe(3);
  });

  test("know our metrics by the name of the stack, as the functions print it", () => {
    const printed = at(template.Globals, "Function", "Environment", "Variables", "POWERTOOLS_SERVICE_NAME");
    expect(metricsOf("FailedWorkflowsAlarm")[0]?.values).toEqual({ service: printed });
  });

  test("do not ring for a wait that the queue itself makes", () => {
    const longestDelaySeconds = 900;
    const visibilitySeconds = Number(property("StepQueue", "VisibilityTimeout"));
    const threshold = Number(template.Parameters["StepAgeThresholdSeconds"]?.Default);
    expect(threshold).toBeGreaterThan(longestDelaySeconds + 2 * visibilitySeconds);
  });
});

describe("the topic of the alarms", () => {
  test.each(alarmIds)("hears of %s, and of its end", (id) => {
    for (const actions of ["AlarmActions", "OKActions"]) {
      const written = property(id, actions);
      expect(resolved(chosen(written, { AlarmTopicArn: topic }), { AlarmTopicArn: topic })).toEqual([topic]);
      expect(chosen(written)).toBeUndefined();
    }
    expect(property(id, "ActionsEnabled")).toBeUndefined();
  });

  test.each(["alarms", "arn:aws:sqs:eu-central-1:123456789012:alarms", `${topic}.fifo`])("is no %j", (text) => {
    const pattern = new RegExp(String(template.Parameters["AlarmTopicArn"]?.["AllowedPattern"]));
    expect([pattern.test(text), pattern.test(topic), pattern.test("")]).toEqual([false, true, true]);
  });
});

describe("the runbook", () => {
  const sections = new Map(
    runbook.split(/^(?=#{1,6} )/m).map((section) => [anchorOf(section.split("\n")[0] ?? ""), section]),
  );

  test.each(alarmIds)("says of %s what it means, where to look, what to type, and when it is harmless", (id) => {
    const name = String(at(property(id, "AlarmName"), "Fn::Sub"));
    const anchor = `alarm-${name.replace(`\${AWS::StackName}-`, "")}`;
    expect(property(id, "AlarmDescription")).toMatch(new RegExp(` See docs/runbook\\.md#${anchor}$`));
    const section = sections.get(anchor);
    expect(section, anchor).toBeDefined();
    for (const part of ["**Means.**", "**Look.**", "**Do.**", "**Harmless**"]) expect(section).toContain(part);
    expect(section).toMatch(/^```sh\n(aws|npm run redrive) /m);
  });

  test("has no section for an alarm that is not there", () => {
    const anchors = [...sections.keys()].filter((anchor) => anchor.startsWith("alarm-"));
    expect(anchors).toHaveLength(alarmIds.length);
  });
});

describe("the dashboard", () => {
  const isEmitted = emittedMetrics();
  const body: { readonly widgets: readonly { readonly type: string; readonly properties: Widget }[] } = JSON.parse(
    String(resolved(property("Dashboard", "DashboardBody"))),
  );
  const series = body.widgets.flatMap(({ properties }) => properties.metrics ?? []);

  test("is small", () => {
    expect(body.widgets.length).toBeGreaterThan(0);
    expect(body.widgets.length).toBeLessThanOrEqual(8);
  });

  test("has a name of its own in each region, since all regions share one list", () => {
    expect(property("Dashboard", "DashboardName")).toEqual({ "Fn::Sub": `\${AWS::StackName}-\${AWS::Region}` });
  });

  test("shows metrics that somebody reports", () => {
    const named = series.filter(([first]) => typeof first === "string");
    expect(named.length).toBeGreaterThan(10);
    for (const [namespace, name, ...rest] of named) {
      const dimensions = rest.filter((_part, index) => index % 2 === 0 && typeof rest[index + 1] === "string");
      const metric = { namespace: String(namespace), name: String(name), dimensions: dimensions.map(String) };
      expect(isEmitted(metric), JSON.stringify(metric)).toBe(true);
    }
  });

  test("searches for metrics that somebody reports, of this stack alone", () => {
    const expressions = series.flatMap(([first]) => (typeof first === "object" ? [first.expression] : []));
    expect(expressions).toHaveLength(3);
    for (const expression of expressions) {
      const [, schema = "", name = "", service = ""] =
        /^SEARCH\('\{([\w,]+)\} MetricName="(\w+)" service="([\w-]+)"', '\w+', 300\)$/.exec(expression) ?? [];
      const [namespace = "", ...dimensions] = schema.split(",");
      expect(isEmitted({ namespace, name, dimensions }), expression).toBe(true);
      expect(service).toBe("refluxo-dispatcher");
    }
  });

  test("shows every alarm", () => {
    const shown = body.widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown.toSorted()).toEqual(alarmIds.map((id) => resolved(arnOf(id))).toSorted());
  });
});

/** A widget's properties, as far as they are read here. */
interface Widget {
  readonly metrics?: readonly (readonly (string | { readonly expression: string })[])[];
  readonly alarms?: readonly string[];
}

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
