import { afterAll, beforeAll, vi } from "vitest";
import { EmfMetrics } from "../../src/platforms/aws/emf-metrics.ts";
import type { StepEnded, WorkflowEnded } from "../../src/ports/telemetry.ts";

/** A metric as an alarm or a widget names it. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  /** Names of the dimensions, sorted. */
  readonly dimensions: readonly string[];
}

/** The metrics of AWS that the template may name, with their dimensions, as each service's documentation lists them. */
const awsMetrics: Readonly<Record<string, { readonly names: readonly string[]; readonly dimensions: string[][] }>> = {
  "AWS/SQS": {
    names: [
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesDelayed",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesVisible",
    ],
    dimensions: [["QueueName"]],
  },
  "AWS/Lambda": { names: ["Duration", "Errors", "Invocations", "Throttles"], dimensions: [["FunctionName"]] },
  "AWS/ApiGateway": { names: ["4xx", "5xx", "Count", "Latency"], dimensions: [["ApiId"]] },
  "AWS/DynamoDB": {
    names: ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"],
    dimensions: [["TableName"], ["GlobalSecondaryIndexName", "TableName"]],
  },
};

const statuses: readonly StepEnded["status"][] = ["active", "paused", "error", "completed", "failed"];
const outcomes: readonly WorkflowEnded["outcome"][] = ["completed", "failed", "cancelled"];

/** Whether somebody reports a metric: an AWS service, or our own code, which is asked by running it. Call it in a test. */
export function emittedMetrics(): (metric: NamedMetric) => boolean {
  const known = new Set<string>();
  beforeAll(() => {
    for (const [namespace, { names, dimensions }] of Object.entries(awsMetrics)) {
      for (const name of names) for (const each of dimensions) known.add(keyOf({ namespace, name, dimensions: each }));
    }
    for (const metric of ownMetrics()) known.add(keyOf(metric));
  });
  afterAll(() => vi.restoreAllMocks());
  return (metric) => known.has(keyOf(metric));
}

function keyOf({ namespace, name, dimensions }: NamedMetric): string {
  return [namespace, name, ...dimensions.toSorted()].join(" ");
}

/** Everything that the dispatcher's telemetry prints, read back from its lines. */
function ownMetrics(): readonly NamedMetric[] {
  const found: NamedMetric[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    for (const { Namespace, Dimensions, Metrics } of JSON.parse(String(text))._aws.CloudWatchMetrics) {
      for (const dimensions of Dimensions) {
        for (const { Name } of Metrics) found.push({ namespace: Namespace, name: Name, dimensions });
      }
    }
    return true;
  });
  const metrics = new EmfMetrics([]);
  const step = { workflowId: "w", version: 0, definitionId: "d", nodeId: "n", attempt: 1, durationMs: 1 };
  for (const status of statuses) metrics.stepEnded({ ...step, status });
  for (const outcome of outcomes) metrics.workflowEnded({ definitionId: "d", outcome });
  spy.mockRestore();
  return found;
}
