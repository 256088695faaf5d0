import * as v from "valibot";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { simulatedShipping } from "../simulated-services/shipping-service.ts";
import { Reservation, Shipment, ValidOrder } from "./order.ts";

/** The nodes whose outputs are the order and its reservation. */
const ShipOrderData = v.strictObject({ orderFrom: v.string(), reservationFrom: v.string() });

/** Sends the reserved items on their way. */
export const shipOrder = defineNode({
  metadata: { description: "Sends the reserved items on their way.", input: ShipOrderData, output: Shipment },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, _globals, step) {
    const { orderId } = readOutput(ValidOrder, context, data.orderFrom);
    const { reservationId } = readOutput(Reservation, context, data.reservationFrom);
    const trackingNumber = await simulatedShipping.ship({ orderId, reservationId }, given(step, "step").stepKey);
    return { data: { trackingNumber } };
  },
});
