import * as v from "valibot";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { simulatedPayments } from "../simulated-services/payment-service.ts";
import { Payment, ValidOrder } from "./order.ts";

/** `orderFrom`: the node whose output is the order. */
const ChargePaymentData = v.strictObject({ orderFrom: v.string() });

/** Charges the order's total. Every attempt hands on the same key, so that a retry after a lost answer charges nothing twice. */
export const chargePayment = defineNode({
  metadata: { description: "Charges the order's total.", input: ChargePaymentData, output: Payment },
  retryPolicy: { maxAttempts: 4, interval: 500, backoff: "exponential" },
  async executor(data, context, _externalPayload, _globals, step) {
    const { stepKey, attempt } = given(step, "step");
    const { orderId, total: amount, currency } = readOutput(ValidOrder, context, data.orderFrom);
    return { data: await simulatedPayments.charge({ orderId, amount, currency }, stepKey, attempt) };
  },
});
