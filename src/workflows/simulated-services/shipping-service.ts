import { IdempotentLedger } from "./idempotent-ledger.ts";

/** A reserved and paid order to send. */
export interface ShipmentRequest {
  readonly orderId: string;
  readonly reservationId: string;
}

/** A SIMULATED shipping service. */
export class SimulatedShippingService {
  readonly #shipments = new IdempotentLedger<ShipmentRequest, string>();

  /** Sends an order once per idempotency key, and gives the tracking number. */
  async ship(request: ShipmentRequest, idempotencyKey: string): Promise<string> {
    return this.#shipments.once(idempotencyKey, request, () => `parcel-${idempotencyKey}`);
  }
}

/** The one that the sample nodes use. */
export const simulatedShipping = new SimulatedShippingService();
