import * as v from "valibot";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { simulatedStock } from "../simulated-services/stock-service.ts";
import { Reservation, ValidOrder } from "./order.ts";

const ReserveStockData = v.strictObject({
  /** The node whose output is the order. */
  orderFrom: v.string(),
  /** Minor units; an order whose total is above it needs an approval. */
  approvalLimit: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** Sets the order's items aside; leaves by `aboveLimit` when a person has to approve the order, else by `withinLimit`. */
export const reserveStock = defineNode({
  metadata: {
    description:
      "Sets the order's items aside; leaves by `aboveLimit` when a person has to approve the order, else by `withinLimit`.",
    input: ReserveStockData,
    output: Reservation,
  },
  handles: ["withinLimit", "aboveLimit"],
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, _globals, step) {
    const { orderId, items, total } = readOutput(ValidOrder, context, data.orderFrom);
    const wanted = items.map(({ sku, quantity }) => ({ sku, quantity }));
    const reservationId = await simulatedStock.reserve({ orderId, items: wanted }, given(step, "step").stepKey);
    return { data: { reservationId }, nextHandle: total > data.approvalLimit ? "aboveLimit" : "withinLimit" };
  },
});
