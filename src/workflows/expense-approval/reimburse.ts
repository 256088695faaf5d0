import * as v from "valibot";
import { defineNode, given } from "../../nodes/index.ts";
import { simulatedPayouts } from "../simulated-services/payout-service.ts";

const ReimburseData = v.strictObject({
  reference: v.string(),
  to: v.string(),
  amount: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.description("Minor units, such as cents.")),
  currency: v.string(),
});
const Payout = v.object({ payoutId: v.string() });

/** Pays an expense back, once: every attempt hands on the same key. */
export const reimburse = defineNode({
  metadata: { description: "Pays an expense back.", input: ReimburseData, output: Payout },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(payout, _context, _externalPayload, _globals, step) {
    return { data: { payoutId: await simulatedPayouts.pay(payout, given(step, "step").stepKey) } };
  },
});
