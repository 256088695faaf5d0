import { RefluxoError } from "../../engine/index.ts";
import { IdempotentLedger } from "./idempotent-ledger.ts";

/** A charge to make: `amount` in minor units. */
export interface ChargeRequest {
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
}

/** A charge that was made. */
export interface Charge {
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
}

/** A SIMULATED payment service: it is busy on every first attempt, then charges once per idempotency key. */
export class SimulatedPaymentService {
  readonly #charges = new IdempotentLedger<ChargeRequest, Charge>();

  /** Charges once; throws the retryable `payment.busy` on attempt 1, so that the sample shows a retry. */
  async charge(request: ChargeRequest, idempotencyKey: string, attempt: number): Promise<Charge> {
    if (attempt === 1 && !this.#charges.has(idempotencyKey)) {
      throw new RefluxoError("payment.busy", "The simulated payment service is busy, try again.", {
        isRetryable: true,
      });
    }
    const { amount, currency } = request;
    return this.#charges.once(idempotencyKey, request, () => ({
      paymentId: `payment-${idempotencyKey}`,
      amount,
      currency,
    }));
  }

  /** How many charges were made. */
  get chargeCount(): number {
    return this.#charges.size;
  }
}

/** The one that the sample nodes use. */
export const simulatedPayments = new SimulatedPaymentService();
