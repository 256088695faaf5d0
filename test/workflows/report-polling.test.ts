import { describe, expect, test } from "vitest";
import { RetryableError } from "../../src/engine/index.ts";
import { MemoryHttpClient } from "../../src/platforms/memory/index.ts";
import { assertEffects, crashEverywhere, type RunOptions, runWorkflow } from "../../src/testing/index.ts";
import { globals, nodeDefinitions } from "../../src/workflows/registry.ts";
import { SimulatedReportService } from "../../src/workflows/simulated-services/report-service.ts";
import { askService } from "./ask-service.ts";
import { findWorkflow } from "./find-workflow.ts";

const workflow = findWorkflow("report-polling");
const base = { nodeDefinitions, workflowId: "november", input: { month: "2026-11" } };
const id = "2026-11.november-order-0";

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** A run whose polls are answered by `answer`, by their number; everything else succeeds. */
function polling(answer: (poll: number) => Answer): RunOptions {
  let polls = 0;
  const http = new MemoryHttpClient(({ method, url }) => {
    if (method === "POST") return json(202, { id });
    return url.endsWith("/content")
      ? json(200, { orders: 7 })
      : ((made) => json(made.status, made.body))(answer(polls++));
  });
  return { ...base, globals: { declared: globals, http } };
}

function json(status: number, body: object = {}) {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

const running = { status: 200, body: { status: "running" } };
const done = { status: 200, body: { status: "done" } };
const down = { status: 503 };

describe("report-polling", () => {
  test("a service that is down half of the time delivers: one outage is caught and counted, the polling goes on", async () => {
    const http = askService(new SimulatedReportService());
    const run = await runWorkflow(workflow, { ...base, globals: { declared: globals, http } });
    expect(run.status).toBe("completed");
    expect(run.path.filter(({ nodeId }) => nodeId === "poll")).toEqual([
      { nodeId: "poll", attempts: 1 },
      { nodeId: "poll", attempts: 2, handle: "error" },
      { nodeId: "poll", attempts: 1 },
    ]);
    expect(run.errors.map(({ nodeId }) => nodeId)).toEqual(["order", "order", "poll", "poll"]);
    expect(run.outputs["outage"]).toEqual({ count: 1, code: "http.unreachable" });
    expect(JSON.parse(run.objects["payloads/objects/monthly-reports/november.json"] ?? "")).toEqual({
      report: { id, month: "2026-11", orders: 1_204, revenue: 86_310.5 },
      polls: 2,
      outages: 1,
    });
    expect(new Set(http.requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([globals["reportService"]]));
  });

  test("a report that takes its time is polled once a second, and not for ever", async () => {
    const options = polling((poll) => (poll < 20 ? running : done));
    expect(await runWorkflow(workflow, options)).toMatchObject({ status: "completed", elapsedMs: 20_000 });
    const endless = await runWorkflow(
      { ...workflow, maxSteps: 50 },
      polling(() => running),
    );
    expect(endless).toMatchObject({ status: "failed", failedReason: "Step limit exceeded" });
    expect(workflow.maxSteps).toBe(500);
  });

  test("twenty outages are enough", async () => {
    const run = await runWorkflow(
      workflow,
      polling(() => down),
    );
    expect(run.status).toBe("failed");
    expect(run.failedReason).toContain(`Gave up on the report ${id} after 20 outage(s), the last one http.status-503`);
    expect(run.results["poll"]).toHaveLength(40);
  });

  test.each([
    ["a report that the service does not know", { status: 404 }, "after 1 outage(s), the last one http.status-404"],
    ["a report that failed", { status: 200, body: { status: "failed" } }, `could not make the report ${id}`],
  ])("%s ends the polling at once", async (_what, answer, reason) => {
    const run = await runWorkflow(
      workflow,
      polling(() => answer),
    );
    expect(run.status).toBe("failed");
    expect(run.failedReason).toContain(reason);
    expect(run.results["poll"]).toHaveLength(1);
  });

  test("a poll that timed out is not repeated at once, an order that the service breaks on not at all", async () => {
    const timeout = new RetryableError("too slow", { code: "http.timeout" });
    const late = await runWorkflow(workflow, { ...polling(() => done), failures: { poll: [timeout] } });
    expect(late.path).toContainEqual({ nodeId: "poll", attempts: 1, handle: "error" });
    expect(late.status).toBe("completed");
    const broken = new RetryableError("broken", { code: "http.status-500" });
    const refused = await runWorkflow(workflow, { ...polling(() => done), failures: { order: [broken] } });
    expect(refused).toMatchObject({ status: "failed", version: 1 });
  });

  test("wherever its process dies, one report is ordered and the same one is written", {
    timeout: 120_000,
  }, async () => {
    // What a poll is told depends on its visit alone: a repeated request must not move the service on.
    const visits: readonly Answer[] = [down, done];
    const { run } = await crashEverywhere(workflow, {
      ...base,
      globals: { declared: globals },
      fakes: {
        order: async (_data, { effects, step }) => {
          await effects.record("order", { key: step.stepKey });
          return { data: { status: 202, headers: {}, body: { id } } };
        },
        poll: async (_data, { step }) => {
          const { status, body } = visits[Number(step.stepKey.split("#").at(-1))] ?? done;
          if (body === undefined) throw new RetryableError("down", { code: `http.status-${status}` });
          return { data: { status, headers: {}, body } };
        },
        fetch: async () => ({ data: { status: 200, headers: {}, body: { orders: 7 } } }),
      },
      effects: { order: "exactly-once" },
    });
    assertEffects(run, { order: 1 });
    expect(JSON.parse(run.objects["payloads/objects/monthly-reports/november.json"] ?? "")).toEqual({
      report: { orders: 7 },
      polls: 1,
      outages: 1,
    });
  });
});
