import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WorkflowDefinition } from "../../../src/contracts/workflow-definition.ts";
import { EmfMetrics } from "../../../src/platforms/aws/emf-metrics.ts";
import type { StepEnded } from "../../../src/ports/telemetry.ts";

const orders: WorkflowDefinition = {
  id: "orders",
  nodes: [
    { id: "charge", type: "t", data: {} },
    { id: "ship", type: "t", data: {} },
  ],
  edges: [{ id: "e", source: "charge", target: "ship" }],
};
const imports: WorkflowDefinition = { id: "imports", nodes: [{ id: "read", type: "t", data: {} }], edges: [] };

const step: StepEnded = {
  workflowId: "order-1",
  version: 4,
  definitionId: "orders",
  nodeId: "charge",
  status: "active",
  attempt: 1,
  durationMs: 120,
};

let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines = [];
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "my-stack");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const metrics = () => new EmfMetrics([orders, imports]);

function namesOf(line: Record<string, unknown> | undefined): unknown {
  return Object.keys(line ?? {}).filter((name) => name !== "_aws");
}

describe("the metrics of a step", () => {
  test("are one line of the embedded metric format, for the service and for the node", () => {
    metrics().stepEnded(step);
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: "Refluxo",
              Dimensions: [["service"], ["service", "definitionId", "nodeId"]],
              Metrics: [
                { Name: "Steps", Unit: "Count" },
                { Name: "StepDuration", Unit: "Milliseconds" },
              ],
            },
          ],
        },
        service: "my-stack",
        definitionId: "orders",
        nodeId: "charge",
        Steps: 1,
        StepDuration: 120,
      },
    ]);
  });

  test.each([
    ["error", "StepRetries"],
    ["failed", "StepFailures"],
  ] as const)("count a step that ended in %s as one of %s too", (status, name) => {
    metrics().stepEnded({ ...step, status });
    expect(namesOf(lines[0])).toEqual(["service", "definitionId", "nodeId", "Steps", "StepDuration", name]);
    expect(lines[0]).toMatchObject({ [name]: 1 });
  });

  test.each(["active", "paused", "completed"] as const)("count a step that ended in %s as no failure", (status) => {
    metrics().stepEnded({ ...step, status });
    expect(namesOf(lines[0])).toEqual(["service", "definitionId", "nodeId", "Steps", "StepDuration"]);
  });

  test("stand by themselves: what one step leaves does not reach the next", () => {
    const shared = metrics();
    shared.stepEnded({ ...step, status: "failed" });
    shared.stepEnded({ ...step, definitionId: "imports", nodeId: "read" });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ definitionId: "imports", nodeId: "read", Steps: 1 });
    expect(lines[1]).not.toHaveProperty("StepFailures");
  });
});

describe("the metrics of a workflow's end", () => {
  test.each([
    ["completed", "WorkflowsCompleted"],
    ["failed", "WorkflowsFailed"],
    ["cancelled", "WorkflowsCancelled"],
  ] as const)("are one line, for the service and for the definition: %s", (outcome, name) => {
    metrics().workflowEnded({ definitionId: "orders", outcome });
    expect(lines).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: "Refluxo",
              Dimensions: [["service"], ["service", "definitionId"]],
              Metrics: [{ Name: name, Unit: "Count" }],
            },
          ],
        },
        service: "my-stack",
        definitionId: "orders",
        [name]: 1,
      },
    ]);
  });
});

describe("the dimensions", () => {
  test("are bounded by this deployment's definitions: what is not in one of them is counted as other", () => {
    const other = metrics();
    other.stepEnded({ ...step, nodeId: "a node of an older graph" });
    other.stepEnded({ ...step, nodeId: "read" });
    other.stepEnded({ ...step, nodeId: null });
    other.stepEnded({ ...step, definitionId: "gone", nodeId: "charge" });
    other.workflowEnded({ definitionId: "gone", outcome: "failed" });
    expect(lines.map(({ definitionId, nodeId }) => [definitionId, nodeId])).toEqual([
      ["orders", "other"],
      ["orders", "other"],
      ["orders", "other"],
      ["other", "other"],
      ["other", undefined],
    ]);
  });

  test("never are a workflow or its values: no line names the workflow", () => {
    metrics().stepEnded(step);
    expect(JSON.stringify(lines)).not.toContain("order-1");
  });
});
