import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLambdaTelemetry } from "../../../src/platforms/aws/lambda-telemetry.ts";
import type { StepEnded } from "../../../src/ports/telemetry.ts";

const step: StepEnded = {
  workflowId: "order-1",
  version: 0,
  definitionId: "orders",
  nodeId: "charge",
  status: "failed",
  attempt: 3,
  durationMs: 5,
};
const workflows = [{ id: "orders", nodes: [{ id: "charge", type: "t", data: {} }], edges: [] }];

let printed: string[] = [];
let daemon: Socket;

beforeEach(async () => {
  daemon = createSocket("udp4").bind(0, "127.0.0.1");
  await once(daemon, "listening");
  vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", `127.0.0.1:${daemon.address().port}`);
  printed = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  daemon.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("the telemetry of a deployed function", () => {
  test("prints a step's metrics, and sends its subsegment under the header that Lambda sets for the invocation", async () => {
    const received = once(daemon, "message");
    const telemetry = createLambdaTelemetry({ workflows });
    // Lambda sets it for each invocation, long after the container began.
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    telemetry.stepEnded(step);
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ nodeId: "charge", Steps: 1, StepFailures: 1 }]);
    const document: unknown = JSON.parse(String((await received)[0]).split("\n")[1] ?? "");
    expect(document).toMatchObject({ name: "orders/charge", trace_id: "1-5759e988-bd862e3fe1be46a994272793" });
  });

  test("prints the end of a workflow", () => {
    createLambdaTelemetry({ workflows }).workflowEnded({ definitionId: "orders", outcome: "failed" });
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ definitionId: "orders", WorkflowsFailed: 1 }]);
  });
});
