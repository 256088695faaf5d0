import * as v from "valibot";
import { defineNode, given } from "../../nodes/index.ts";
import { simulatedBookings } from "../simulated-services/booking-service.ts";

const CancelBookingData = v.strictObject({
  bookingId: v.pipe(v.string(), v.description("In a compensation: {% compensates.output.bookingId %}.")),
});
const Cancellation = v.object({ cancellationId: v.string(), bookingId: v.string() });

/** Cancels a booking. It is tried often: a booking that stays costs money. */
export const cancelBooking = defineNode({
  metadata: { description: "Cancels a booking.", input: CancelBookingData, output: Cancellation },
  retryPolicy: { maxAttempts: 8, interval: 1_000, backoff: "exponential", maxDelay: 60_000 },
  async executor({ bookingId }, _context, _externalPayload, _globals, step) {
    // The key of an undoing names the visit that is undone, so every attempt at it has the same one.
    const cancellationId = await simulatedBookings.cancel(bookingId, given(step, "step").stepKey);
    return { data: { cancellationId, bookingId } };
  },
});
