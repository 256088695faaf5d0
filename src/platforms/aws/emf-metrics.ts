import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { WorkflowDefinition } from "../../contracts/workflow-definition.ts";
import type { StepEnded, Telemetry, WorkflowEnded } from "../../ports/telemetry.ts";

/** The CloudWatch namespace of every metric here; the alarms and the dashboard of template.yaml name it. */
export const metricsNamespace = "Refluxo";

/** What stands in a dimension for a definition or node that this deployment does not have. */
const other = "other";

const endMetrics = {
  completed: "WorkflowsCompleted",
  failed: "WorkflowsFailed",
  cancelled: "WorkflowsCancelled",
} as const satisfies Record<WorkflowEnded["outcome"], string>;

/**
 * CloudWatch metrics by Powertools, as lines of the embedded metric format on stdout. Each event is printed at once, so
 * that a later step that ends the process takes no metric along. The dimensions are bounded by the definitions of this
 * deployment: the service (the stack), and with it the definition and the node, whose names CloudWatch takes as they are.
 */
export class EmfMetrics implements Telemetry {
  readonly #nodesOf: ReadonlyMap<string, ReadonlySet<string | null>>;
  readonly #metrics: Metrics;

  constructor(
    workflows: readonly WorkflowDefinition[],
    metrics: Metrics = new Metrics({ namespace: metricsNamespace }),
  ) {
    this.#nodesOf = new Map(workflows.map(({ id, nodes }) => [id, new Set(nodes.map((node) => node.id))]));
    this.#metrics = metrics;
  }

  stepEnded({ definitionId, nodeId, status, durationMs }: StepEnded): void {
    const isKnown = nodeId !== null && this.#nodesOf.get(definitionId)?.has(nodeId);
    this.#describe({ definitionId: this.#bounded(definitionId), nodeId: isKnown ? nodeId : other });
    this.#metrics.addMetric("Steps", MetricUnit.Count, 1);
    this.#metrics.addMetric("StepDuration", MetricUnit.Milliseconds, durationMs);
    if (status === "error") this.#metrics.addMetric("StepRetries", MetricUnit.Count, 1);
    if (status === "failed") this.#metrics.addMetric("StepFailures", MetricUnit.Count, 1);
    this.#metrics.publishStoredMetrics();
  }

  workflowEnded({ definitionId, outcome }: WorkflowEnded): void {
    this.#describe({ definitionId: this.#bounded(definitionId) });
    this.#metrics.addMetric(endMetrics[outcome], MetricUnit.Count, 1);
    this.#metrics.publishStoredMetrics();
  }

  /** One line feeds two sets of metrics: all of the service, and those of its definition or node. */
  #describe(dimensions: Record<string, string>): void {
    this.#metrics.addDimensions({});
    this.#metrics.addDimensions(dimensions);
  }

  #bounded(definitionId: string): string {
    return this.#nodesOf.has(definitionId) ? definitionId : other;
  }
}
