import { IdempotentLedger } from "./idempotent-ledger.ts";

/** Items to set aside. */
export interface ReservationRequest {
  readonly orderId: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

/** A SIMULATED stock service that never runs out. */
export class SimulatedStockService {
  readonly #reservations = new IdempotentLedger<ReservationRequest, string>();
  readonly #releases = new IdempotentLedger<string, string>();

  /** Sets items aside once per idempotency key, and gives the reservation's id. */
  async reserve(request: ReservationRequest, idempotencyKey: string): Promise<string> {
    return this.#reservations.once(idempotencyKey, request, () => `reservation-${idempotencyKey}`);
  }

  /** Gives reserved items back once per idempotency key, and gives the release's id. */
  async release(reservationId: string, idempotencyKey: string): Promise<string> {
    return this.#releases.once(idempotencyKey, reservationId, () => `release-${idempotencyKey}`);
  }
}

/** The one that the sample nodes use. */
export const simulatedStock = new SimulatedStockService();
