import * as v from "valibot";
import { defineNode, given } from "../../nodes/index.ts";
import { simulatedBookings } from "../simulated-services/booking-service.ts";

const MakeBookingData = v.strictObject({
  service: v.picklist(["flight", "hotel", "car"]),
  offer: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  price: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.description("Minor units, such as cents.")),
});
const Booking = v.object({ bookingId: v.string(), offer: v.string(), price: v.number() });

/** Books one leg of a trip. What is sold out fails for good, so that what was booked before it is undone at once. */
export const makeBooking = defineNode({
  metadata: { description: "Books one leg of a trip.", input: MakeBookingData, output: Booking },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor({ service, offer, price }, _context, _externalPayload, _globals, step) {
    const bookingId = await simulatedBookings.book({ service, offer, price }, given(step, "step").stepKey);
    return { data: { bookingId, offer, price } };
  },
});
