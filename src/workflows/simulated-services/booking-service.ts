import { TerminalError } from "../../engine/index.ts";
import { IdempotentLedger } from "./idempotent-ledger.ts";

/** Something to book: `price` in minor units. */
export interface BookingRequest {
  readonly service: "flight" | "hotel" | "car";
  readonly offer: string;
  readonly price: number;
}

/** What nobody gets any more, so that the sample shows a trip that cannot be booked whole. */
const soldOut: readonly string[] = ["CAR-CONVERTIBLE"];

/** A SIMULATED booking service for flights, hotels and cars; its convertibles are sold out. */
export class SimulatedBookingService {
  readonly #bookings = new IdempotentLedger<BookingRequest, string>();
  readonly #cancellations = new IdempotentLedger<string, string>();

  /** Books once per idempotency key, and gives the booking's id; throws the terminal `booking.sold-out`. */
  async book(request: BookingRequest, idempotencyKey: string): Promise<string> {
    if (soldOut.includes(request.offer)) {
      throw new TerminalError(`${request.offer} is sold out`, { code: "booking.sold-out" });
    }
    return this.#bookings.once(idempotencyKey, request, () => `booking-${idempotencyKey}`);
  }

  /** Cancels a booking once per idempotency key, and gives the cancellation's id. */
  async cancel(bookingId: string, idempotencyKey: string): Promise<string> {
    return this.#cancellations.once(idempotencyKey, bookingId, () => `cancellation-${idempotencyKey}`);
  }
}

/** The one that the sample nodes use. */
export const simulatedBookings = new SimulatedBookingService();
