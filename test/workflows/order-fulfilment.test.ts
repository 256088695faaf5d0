import { describe, expect, onTestFinished, test, vi } from "vitest";
import direct from "../../events/direct.json" with { type: "json" };
import httpStart from "../../events/http-start.json" with { type: "json" };
import {
  assertEffects,
  assertPath,
  crashEverywhere,
  type FakeExecutor,
  type RunOptions,
  runWorkflow,
  type TestRun,
} from "../../src/testing/index.ts";
import { nodeDefinitions } from "../../src/workflows/registry.ts";
import orderLarge from "../../src/workflows/samples/order-large.json" with { type: "json" };
import orderSmall from "../../src/workflows/samples/order-small.json" with { type: "json" };
import { simulatedPayments } from "../../src/workflows/simulated-services/payment-service.ts";
import { findWorkflow, largestResultBytes } from "./find-workflow.ts";

const workflow = findWorkflow("order-fulfilment");

let runs = 0;
/** Each order under a name of its own, since the simulated services remember what they did. */
function runOrder(input: unknown, options: RunOptions = {}): Promise<TestRun> {
  runs += 1;
  return runWorkflow(workflow, { nodeDefinitions, workflowId: `order-${runs}`, input, ...options });
}

const approved = { answers: { approve: { approved: true, by: "mia" } } };
const rejected = { answers: { approve: { approved: false, comment: "too much" } } };

function orderOver(total: number) {
  return { ...orderSmall, items: [{ sku: "A", quantity: 1, unitPrice: total }] };
}

describe("order-fulfilment", () => {
  test("an order within the limit is charged at the second attempt and shipped without approval", async () => {
    const run = await runOrder(orderSmall);
    expect(run).toMatchObject({ status: "completed", version: 6 });
    expect(run.path).toEqual([
      { nodeId: "validate", attempts: 1 },
      { nodeId: "reserve", attempts: 1, handle: "withinLimit" },
      { nodeId: "charge", attempts: 2 },
      { nodeId: "ship", attempts: 1 },
      { nodeId: "notify", attempts: 1 },
    ]);
    expect(run.outputs).toMatchObject({
      charge: { amount: 3800, currency: "EUR" },
      notify: { to: "ada@example.com", subject: "Order 1001 is on its way" },
    });
  });

  test("an order above the limit waits for approval and goes on from there, version by version", async () => {
    const run = await runOrder(orderLarge, approved);
    assertPath(run, ["validate", "reserve", "approve", "charge", "ship", "notify"]);
    expect(run.history.map(({ version, type, status }) => `${version} ${type} ${status}`)).toEqual([
      "0 step active",
      "1 step active",
      "2 step paused",
      "3 resume active",
      "4 step active",
      "5 step error",
      "6 step active",
      "7 step active",
      "8 step completed",
    ]);
  });

  test.each([
    ["direct", direct.input],
    ["http-start", JSON.parse(httpStart.body).input],
  ])(
    "the order in events/%s.json waits for approval at version 3, where the sample resume finds it",
    async (_file, input) => {
      expect(await runOrder(input)).toMatchObject({ status: "paused", version: 3, pause: { nodeId: "approve" } });
    },
  );

  test("the pause tells the approver what is asked and how to answer", async () => {
    const { pause, workflowId } = await runOrder(orderLarge);
    expect(pause?.data).toMatchObject({
      title: "An order above 1,000.00 needs your approval",
      details: { orderId: "1002", total: 124400 },
      resume: { method: "POST", path: `/workflows/${workflowId}/resume` },
    });
  });

  test.each([
    [100_000, "completed"],
    [100_001, "paused"],
  ])("a total of %i is %s at first rest: only what is above the limit needs approval", async (total, status) => {
    expect((await runOrder(orderOver(total))).status).toBe(status);
  });

  test("a rejected order gives its stock back, charges nothing and tells the customer", async () => {
    const charges = simulatedPayments.chargeCount;
    const run = await runOrder(orderLarge, rejected);
    expect(run.status).toBe("completed");
    assertPath(run, ["validate", "reserve", "approve", "release-stock", "notify-rejected"]);
    expect(run.outputs["notify-rejected"]).toMatchObject({ subject: "Order 1002 was not approved" });
    expect(simulatedPayments.chargeCount).toBe(charges);
  });

  test("a malformed answer decides nothing: it is refused, and the order can still be approved", async () => {
    const run = await runOrder(orderLarge, {
      answers: {
        approve: ({ refusals }: { refusals: readonly string[] }) => ({ approved: refusals.length > 0 || "yes" }),
      },
    });
    expect(run.status).toBe("completed");
    expect(run.refusals).toEqual([
      { workflowId: run.workflowId, nodeId: "approve", reason: expect.stringContaining("must be true or false") },
    ]);
  });

  test("each order is charged exactly once, although its first attempt fails", async () => {
    const charges = simulatedPayments.chargeCount;
    const first = await runOrder(orderSmall);
    await runOrder(orderSmall);
    expect(simulatedPayments.chargeCount).toBe(charges + 2);
    expect(first.results["charge"]?.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("a charge whose answer was lost is not made again: the next attempt gets the answer of the first", async () => {
    const charges = simulatedPayments.chargeCount;
    const charge = simulatedPayments.charge.bind(simulatedPayments);
    const lossy = vi.spyOn(simulatedPayments, "charge").mockImplementation(async (request, key, attempt) => {
      const answer = await charge(request, key, attempt);
      if (attempt === 2) throw new Error("The connection was lost");
      return answer;
    });
    onTestFinished(() => lossy.mockRestore());
    const run = await runOrder(orderSmall);
    expect(run.status).toBe("completed");
    expect(run.results["charge"]).toMatchObject([
      { attempt: 1 },
      { attempt: 2, error: expect.stringContaining("connection was lost") },
      { attempt: 3, output: { amount: 3800 } },
    ]);
    expect(simulatedPayments.chargeCount).toBe(charges + 1);
  });

  test("an invalid order completes with a mail that names every reason", async () => {
    const run = await runOrder({ orderId: "", customer: { email: "x" }, currency: "eur", items: [] });
    expect(run.status).toBe("completed");
    assertPath(run, ["validate", "notify-invalid"]);
    expect(run.outputs["validate"]).toEqual({
      reasons: [
        "orderId: must not be empty",
        "customer.email: must be an e-mail address",
        "currency: must be a currency code such as EUR",
        "items: must have at least one item",
      ],
    });
    expect(run.outputs["notify-invalid"]).toMatchObject({ to: "orders@example.com" });
  });

  test.each([[null], [[]], ["order"], [{ ...orderSmall, items: Array(101).fill(orderSmall.items[0]) }]])(
    "input %# that is no order at all is refused with a reason",
    async (input) => {
      const run = await runOrder(input);
      expect(run.status).toBe("completed");
      assertPath(run, ["validate", "notify-invalid"]);
      expect(run.outputs["validate"]).toHaveProperty("reasons.0", expect.any(String));
    },
  );

  test("the largest order that is accepted keeps every result below 16 KiB and its total exact", async () => {
    const item = { sku: "S".repeat(64), quantity: 10_000, unitPrice: 100_000_000 };
    const run = await runOrder({ ...orderSmall, items: Array(100).fill(item) }, approved);
    expect(run.outputs["validate"]).toMatchObject({ total: 100 * 10_000 * 100_000_000 });
    expect(largestResultBytes(run)).toBeLessThan(16_384);
  });
});

describe("order-fulfilment, wherever its process dies", { timeout: 60_000 }, () => {
  /** The real node, and a record of what it asked its service for, by the key that the service was given. */
  const recorded = (name: string): FakeExecutor => {
    return async (_data, { original, effects, step }) => {
      const outcome = await original();
      await effects.record(name, { key: step.stepKey });
      return outcome;
    };
  };
  /** The simulated payment service remembers earlier runs, so here it is one that is busy once in every run. */
  const charge: FakeExecutor = async (_data, { effects, step }) => {
    await effects.record("charge", { key: step.stepKey });
    return { data: { paymentId: `payment-${step.stepKey}`, amount: 124400, currency: "EUR" } };
  };
  const options = {
    nodeDefinitions,
    fakes: {
      charge,
      "reserve-stock": recorded("reserve"),
      "release-stock": recorded("release"),
      "ship-order": recorded("ship"),
      "notify-customer": recorded("mail"),
    },
    failures: { charge: [new Error("busy")] },
  };

  test.each([true, false])("an approved order is charged, shipped and announced once, sweeper: %s", async (sweeper) => {
    const { run, crashPoints } = await crashEverywhere(workflow, {
      ...options,
      input: orderLarge,
      ...approved,
      sweeper,
    });
    expect(run.status).toBe("completed");
    assertEffects(run, { reserve: 1, charge: 1, ship: 1, mail: 1 });
    expect(crashPoints).toBeGreaterThan(100);
  });

  test("a rejected order gives its stock back once", async () => {
    const { run } = await crashEverywhere(workflow, { ...options, input: orderLarge, ...rejected, failures: {} });
    assertEffects(run, { reserve: 1, release: 1, mail: 1 });
  });
});
