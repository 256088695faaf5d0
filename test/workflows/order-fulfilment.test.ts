import { describe, expect, onTestFinished, test, vi } from "vitest";
import direct from "../../events/direct.json" with { type: "json" };
import httpStart from "../../events/http-start.json" with { type: "json" };
import { lastOutput } from "../../src/engine/index.ts";
import orderLarge from "../../src/workflows/samples/order-large.json" with { type: "json" };
import orderSmall from "../../src/workflows/samples/order-small.json" with { type: "json" };
import { simulatedPayments } from "../../src/workflows/simulated-services/payment-service.ts";
import { findWorkflow, largestResultBytes, WorkflowRun } from "./workflow-run.ts";

let runs = 0;
function startOrder(input: unknown): WorkflowRun {
  runs += 1;
  return new WorkflowRun(findWorkflow("order-fulfilment"), `order-${runs}`, input);
}

function orderOver(total: number) {
  return { ...orderSmall, items: [{ sku: "A", quantity: 1, unitPrice: total }] };
}

describe("order-fulfilment", () => {
  test("an order within the limit is charged at the second attempt and shipped without approval", async () => {
    const run = startOrder(orderSmall);
    await run.settle();
    expect(run.trace).toEqual([
      "0 active validate",
      "1 active reserve",
      "2 active charge",
      "3 error charge",
      "4 active ship",
      "5 active notify",
      "6 completed -",
    ]);
    expect(lastOutput(run.snapshot.context, "charge")).toMatchObject({ amount: 3800, currency: "EUR" });
    expect(lastOutput(run.snapshot.context, "notify")).toMatchObject({
      to: "ada@example.com",
      subject: "Order 1001 is on its way",
    });
  });

  test("an order above the limit waits for approval and goes on from there, version by version", async () => {
    const run = startOrder(orderLarge);
    await run.settle();
    await run.resume({ approved: true, by: "mia" });
    expect(run.trace).toEqual([
      "0 active validate",
      "1 active reserve",
      "2 active approve",
      "3 paused approve",
      "4 active approve",
      "5 active charge",
      "6 error charge",
      "7 active ship",
      "8 active notify",
      "9 completed -",
    ]);
  });

  test.each([
    ["direct", direct.input],
    ["http-start", JSON.parse(httpStart.body).input],
  ])(
    "the order in events/%s.json waits for approval at version 3, where the sample resume finds it",
    async (_file, input) => {
      const run = startOrder(input);
      expect(await run.settle()).toMatchObject({ status: "paused", version: 3, currentNodeId: "approve" });
    },
  );

  test("the pause tells the approver what is asked and how to answer", async () => {
    const run = startOrder(orderLarge);
    const { pause, workflowId } = await run.settle();
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
    const run = startOrder(orderOver(total));
    expect((await run.settle()).status).toBe(status);
  });

  test("a rejected order gives its stock back, charges nothing and tells the customer", async () => {
    const run = startOrder(orderLarge);
    await run.settle();
    const charges = simulatedPayments.chargeCount;
    const { status, context } = await run.resume({ approved: false, comment: "too much" });
    expect(status).toBe("completed");
    expect(Object.keys(context)).toEqual(["validate", "reserve", "approve", "release-stock", "notify-rejected"]);
    expect(lastOutput(context, "notify-rejected")).toMatchObject({ subject: "Order 1002 was not approved" });
    expect(simulatedPayments.chargeCount).toBe(charges);
  });

  test("a malformed answer decides nothing: the order waits on and can still be approved", async () => {
    const run = startOrder(orderLarge);
    await run.settle();
    const { status, pause } = await run.resume({ approved: "yes" });
    expect(status).toBe("paused");
    expect(pause?.data).toMatchObject({
      problem: "payload.approved: must be true or false",
      details: { total: 124400 },
    });
    expect((await run.resume({ approved: true })).status).toBe("completed");
  });

  test("each order is charged exactly once, although its first attempt fails", async () => {
    const charges = simulatedPayments.chargeCount;
    const first = startOrder(orderSmall);
    const second = startOrder(orderSmall);
    await first.settle();
    await second.settle();
    expect(simulatedPayments.chargeCount).toBe(charges + 2);
    expect(first.snapshot.context["charge"]?.map(({ attempt }) => attempt)).toEqual([1, 2]);
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
    const run = startOrder(orderSmall);
    await run.settle();
    expect(run.snapshot).toMatchObject({
      status: "completed",
      context: {
        charge: [
          { attempt: 1 },
          { attempt: 2, error: expect.stringContaining("connection was lost") },
          { attempt: 3, output: { amount: 3800 } },
        ],
      },
    });
    expect(simulatedPayments.chargeCount).toBe(charges + 1);
  });

  test("an invalid order completes with a mail that names every reason", async () => {
    const run = startOrder({ orderId: "", customer: { email: "x" }, currency: "eur", items: [] });
    const { status, context } = await run.settle();
    expect(status).toBe("completed");
    expect(Object.keys(context)).toEqual(["validate", "notify-invalid"]);
    expect(lastOutput(context, "validate")).toEqual({
      reasons: [
        "orderId: must not be empty",
        "customer.email: must be an e-mail address",
        "currency: must be a currency code such as EUR",
        "items: must have at least one item",
      ],
    });
    expect(lastOutput(context, "notify-invalid")).toMatchObject({ to: "orders@example.com" });
  });

  test.each([[null], [[]], ["order"], [{ ...orderSmall, items: Array(101).fill(orderSmall.items[0]) }]])(
    "input %# that is no order at all is refused with a reason",
    async (input) => {
      const run = startOrder(input);
      expect((await run.settle()).status).toBe("completed");
      expect(Object.keys(run.snapshot.context)).toEqual(["validate", "notify-invalid"]);
      expect(lastOutput(run.snapshot.context, "validate")).toHaveProperty("reasons.0", expect.any(String));
    },
  );

  test("the largest order that is accepted keeps every result below 16 KiB and its total exact", async () => {
    const item = { sku: "S".repeat(64), quantity: 10_000, unitPrice: 100_000_000 };
    const run = startOrder({ ...orderSmall, items: Array(100).fill(item) });
    await run.settle();
    await run.resume({ approved: true });
    expect(lastOutput(run.snapshot.context, "validate")).toMatchObject({ total: 100 * 10_000 * 100_000_000 });
    expect(largestResultBytes(run.snapshot)).toBeLessThan(16_384);
  });
});
