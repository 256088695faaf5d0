import * as v from "valibot";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { simulatedStock } from "../simulated-services/stock-service.ts";
import { Reservation } from "./order.ts";

/** `reservationFrom`: the node that reserved. */
const ReleaseStockData = v.strictObject({ reservationFrom: v.string() });
const Release = v.object({ releaseId: v.string() });

/** Gives the reserved items back. */
export const releaseStock = defineNode({
  metadata: { description: "Gives the reserved items back.", input: ReleaseStockData, output: Release },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, _globals, step) {
    const { reservationId } = readOutput(Reservation, context, data.reservationFrom);
    return { data: { releaseId: await simulatedStock.release(reservationId, given(step, "step").stepKey) } };
  },
});
