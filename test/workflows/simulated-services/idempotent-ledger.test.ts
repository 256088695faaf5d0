import { describe, expect, test } from "vitest";
import { IdempotentLedger } from "../../../src/workflows/simulated-services/idempotent-ledger.ts";
import { SimulatedPaymentService } from "../../../src/workflows/simulated-services/payment-service.ts";

describe("IdempotentLedger", () => {
  test("a repeated request acts once and gets the first answer", () => {
    const ledger = new IdempotentLedger<string, number>();
    let acts = 0;
    const act = () => ++acts;
    expect([ledger.once("k", "r", act), ledger.once("k", "r", act), ledger.size]).toEqual([1, 1, 1]);
  });

  test("a key that belongs to another request is refused for good", () => {
    const ledger = new IdempotentLedger<string, number>();
    ledger.once("k", "r", () => 1);
    expect(() => ledger.once("k", "other", () => 2)).toThrow(
      expect.objectContaining({ code: "simulated.key-reused", isRetryable: false }),
    );
  });

  test("it forgets the oldest request beyond a thousand, so that it does not grow", () => {
    const ledger = new IdempotentLedger<number, number>();
    for (let index = 0; index <= 1_000; index += 1) ledger.once(`k${index}`, index, () => index);
    expect([ledger.size, ledger.has("k0"), ledger.has("k1"), ledger.has("k1000")]).toEqual([1_000, false, true, true]);
  });
});

describe("SimulatedPaymentService", () => {
  const request = { orderId: "1", amount: 500, currency: "EUR" };

  test("the first attempt fails for now, and charges nothing", async () => {
    const payments = new SimulatedPaymentService();
    await expect(payments.charge(request, "k", 1)).rejects.toMatchObject({ code: "payment.busy", isRetryable: true });
    expect(payments.chargeCount).toBe(0);
  });

  test("later attempts with one key charge once, also when the first attempt comes again after a crash", async () => {
    const payments = new SimulatedPaymentService();
    const charge = await payments.charge(request, "k", 2);
    expect(await payments.charge(request, "k", 3)).toEqual(charge);
    expect(await payments.charge(request, "k", 1)).toEqual(charge);
    expect(payments.chargeCount).toBe(1);
  });

  test("two processes give the same charge the same id", async () => {
    const [first, second] = [new SimulatedPaymentService(), new SimulatedPaymentService()];
    expect(await first.charge(request, "k", 2)).toEqual(await second.charge(request, "k", 2));
  });
});
