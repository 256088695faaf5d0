import { IdempotentLedger } from "./idempotent-ledger.ts";

/** Money to pay out: `amount` in minor units. */
export interface PayoutRequest {
  readonly reference: string;
  readonly to: string;
  readonly amount: number;
  readonly currency: string;
}

/** A SIMULATED service that pays people: it moves no money. */
export class SimulatedPayoutService {
  readonly #payouts = new IdempotentLedger<PayoutRequest, string>();

  /** Pays once per idempotency key, and gives the payout's id. */
  async pay(request: PayoutRequest, idempotencyKey: string): Promise<string> {
    return this.#payouts.once(idempotencyKey, request, () => `payout-${idempotencyKey}`);
  }
}

/** The one that the sample nodes use. */
export const simulatedPayouts = new SimulatedPayoutService();
