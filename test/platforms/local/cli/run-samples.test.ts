import { describe, expect, it } from "vitest";
import {
  runSamples,
  type SampleClient,
  type SampleView,
  StartWatch,
} from "../../../../src/platforms/local/cli/run-samples.ts";
import type { SampleRun, SampleSchedule, SampleStart, SampleUpload } from "../../../../src/workflows/samples.ts";

/** A stack whose workflows show the statuses that the test gives them, one at each look; the last one stays. */
class ScriptedClient implements SampleClient {
  readonly calls: string[] = [];
  readonly watch = new StartWatch();
  failure: SampleView["metadata"] = {};
  readonly #statuses: Map<string, string[]>;

  constructor(statuses: Readonly<Record<string, readonly string[]>>) {
    this.#statuses = new Map(Object.entries(statuses).map(([id, seen]) => [id, [...seen]]));
  }

  async start(definitionId: string, workflowId: string, input: unknown): Promise<void> {
    this.calls.push(`start ${definitionId} ${workflowId} ${JSON.stringify(input)}`);
  }

  /** A status may name the node behind it: `paused at lead`. */
  async get(workflowId: string): Promise<SampleView> {
    const seen = this.#statuses.get(workflowId) ?? [];
    const [status = "unknown", currentNodeId = null] = (seen.length > 1 ? seen.shift() : seen[0])?.split(" at ") ?? [];
    return { status, currentNodeId, metadata: status === "failed" ? this.failure : {} };
  }

  async resume(workflowId: string, payload: unknown): Promise<void> {
    this.calls.push(`resume ${workflowId} ${JSON.stringify(payload)}`);
  }

  async upload(key: string, body: Uint8Array, contentType: string): Promise<void> {
    this.calls.push(`upload ${key} ${contentType} ${body.length > 0}`);
    this.watch.note("imported", "import");
  }

  async enqueue(body: string): Promise<void> {
    this.calls.push(`enqueue ${JSON.parse(body)["detail-type"]}`);
    this.watch.note("reported", "report");
  }
}

const order = (workflowId: string, changes: Partial<SampleStart> = {}): SampleStart => ({
  type: "start",
  description: `The order ${workflowId}`,
  definitionId: "order",
  workflowId,
  input: { a: 1 },
  expectedStatus: "completed",
  ...changes,
});

async function run(
  samples: readonly SampleRun[],
  statuses: Readonly<Record<string, readonly string[]>>,
  failure: SampleView["metadata"] = {},
) {
  const client = new ScriptedClient(statuses);
  client.failure = failure;
  const lines: string[] = [];
  const isAllWell = await runSamples(samples, client, client.watch, (line) => lines.push(line));
  return { isAllWell, lines, calls: client.calls };
}

describe("the samples", () => {
  it("are all well when each ends as it is expected to, also one that is to fail", async () => {
    const samples = [order("good"), order("bad", { expectedStatus: "failed" })];
    const { isAllWell, lines, calls } = await run(samples, { good: ["active", "completed"], bad: ["failed"] });
    expect(isAllWell).toBe(true);
    expect(lines).toEqual(["\nThe order good", "✓ order: completed", "\nThe order bad", "✓ order: failed"]);
    expect(calls).toEqual(['start order good {"a":1}', 'start order bad {"a":1}']);
  });

  it.each([
    ["first", ["bad", "good"]],
    ["last", ["good", "bad"]],
  ])("are not all well when the %s one ends otherwise, and the others run all the same", async (_which, ids) => {
    const samples = ids.map((id) => order(id));
    const { isAllWell, lines } = await run(samples, { good: ["completed"], bad: ["active", "failed"] });
    expect(isAllWell).toBe(false);
    expect(lines.filter((line) => /^[✓✗]/.test(line)).toSorted()).toEqual(["✓ order: completed", "✗ order: failed"]);
  });

  it("that pause are answered once, when the sample has an answer", async () => {
    const answered = order("asks", { resume: { payload: { approved: true } } });
    const { isAllWell, calls } = await run([answered], { asks: ["active", "paused", "paused", "active", "completed"] });
    expect(isAllWell).toBe(true);
    expect(calls.slice(1)).toEqual(['resume asks {"approved":true}']);
  });

  it("are answered at the pause of the node that the answer is for, and at no earlier one", async () => {
    const answered = order("asks", { resume: { payload: { approved: true }, atNode: "director" } });
    const statuses = ["paused at manager", "active at mail", "paused at director", "paused at director", "completed"];
    const { isAllWell, calls } = await run([answered], { asks: statuses });
    expect([isAllWell, calls.slice(1)]).toEqual([true, ['resume asks {"approved":true}']]);
    const over = await run([answered], { asks: ["paused at manager", "completed"] });
    expect(over.calls).toHaveLength(1);
  });

  it("that fail say why, and what became of what they had done", async () => {
    const failure = { failedReason: "It is sold out", compensation: { undone: 2, failedCount: 1 } };
    const { lines } = await run([order("bad", { expectedStatus: "failed" })], { bad: ["failed"] }, failure);
    expect(lines.slice(1)).toEqual(["✓ order: failed", "  It is sold out", "  undone: 2, not undone: 1"]);
  });

  it("that are to end paused are over when they pause", async () => {
    const { isAllWell, lines } = await run([order("waits", { expectedStatus: "paused" })], { waits: ["paused"] });
    expect([isAllWell, lines.at(-1)]).toEqual([true, "✓ order: paused"]);
  });

  it("that an upload or a schedule starts are found by what the stack says that it started", async () => {
    const upload: SampleUpload = {
      type: "upload",
      description: "An import",
      definitionId: "import",
      expectedStatus: "completed",
      key: "a.csv",
      contentType: "text/csv",
      file: new URL("../../../../src/workflows/samples/products.csv", import.meta.url),
    };
    const schedule: SampleSchedule = {
      type: "schedule",
      description: "A report",
      definitionId: "report",
      expectedStatus: "completed",
      eventFile: "eventbridge-schedule.json",
    };
    const statuses = { imported: ["completed"], reported: ["failed"] };
    const { isAllWell, lines, calls } = await run([upload, schedule], statuses);
    expect(calls).toEqual(["upload a.csv text/csv true", "enqueue Scheduled Event"]);
    expect(lines).toEqual(["\nAn import", "✓ import: completed", "\nA report", "✗ report: failed"]);
    expect(isAllWell).toBe(false);
  });
});
