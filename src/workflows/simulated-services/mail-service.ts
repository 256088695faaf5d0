import { IdempotentLedger } from "./idempotent-ledger.ts";

/** A mail to send. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A SIMULATED mail service: it sends nothing. */
export class SimulatedMailService {
  readonly #mails = new IdempotentLedger<Mail, string>();

  /** Takes a mail once per idempotency key, and gives its id. */
  async send(mail: Mail, idempotencyKey: string): Promise<string> {
    return this.#mails.once(idempotencyKey, mail, () => `mail-${idempotencyKey}`);
  }
}

/** The one that the sample nodes use. */
export const simulatedMail = new SimulatedMailService();
